namespace OrleansHybrid.Contracts.Iron;

/// <summary>Body of <c>POST /clusters</c>.</summary>
public sealed record NewCluster
{
    /// <summary>Its name; need not be unique.</summary>
    public required string Name { get; init; }

    /// <summary>Memory of one task slot, in bytes.</summary>
    public long? Memory { get; init; }

    /// <summary>Disk of one task slot, in bytes.</summary>
    public long? DiskSpace { get; init; }

    /// <summary>Relative weight of one task slot on the processors.</summary>
    public int? CpuShare { get; init; }

    /// <summary>The longest that one of its tasks may run, in seconds. An addition to the published API.</summary>
    public int? MaxTimeout { get; init; }
}

/// <summary>A cluster; the members about runners are there when one cluster is asked for, not in lists.</summary>
public sealed record ClusterInfo
{
    /// <summary>Cluster id: 24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Whom it belongs to: 24 hex digits.</summary>
    public string UserId { get; init => field = value ?? ""; } = "";

    /// <summary>Memory of one task slot, in bytes.</summary>
    public long Memory { get; init; }

    /// <summary>Disk of one task slot, in bytes.</summary>
    public long DiskSpace { get; init; }

    /// <summary>Relative weight of one task slot on the processors.</summary>
    public int CpuShare { get; init; }

    /// <summary>The longest that one of its tasks may run, in seconds. An addition to the published API.</summary>
    public int? MaxTimeout { get; init; }

    /// <summary>The token that runners enrol with: a secret, shown when the cluster is created.</summary>
    public string? Token { get; init; }

    /// <summary>Task slots of all connected runners.</summary>
    public int? RunnersTotal { get; init; }

    /// <summary>Those of them that are free.</summary>
    public int? RunnersAvailable { get; init; }

    /// <summary>The connected runners.</summary>
    public IReadOnlyList<ClusterMachine>? Machines { get; init; }

    /// <summary>
    /// True when its runners have different keys, so that it is random whether one can open a payload; absent otherwise; ours.
    /// </summary>
    public bool? MixedKeys { get; init; }

    /// <summary>Labels that waiting tasks require and no one runner has together; absent when there are none; ours.</summary>
    public IReadOnlyList<string>? MissingLabels { get; init; }

    /// <summary>The users who may also use it.</summary>
    public IReadOnlyList<ClusterShare>? SharedTo { get; init; }
}

/// <summary>One runner process of a cluster.</summary>
public sealed record ClusterMachine
{
    /// <summary>Names the runner.</summary>
    public required string InstanceId { get; init; }

    /// <summary>A name for people, such as the host's; not unique; ours.</summary>
    public string? Name { get; init; }

    /// <summary>The runner's product version.</summary>
    public string Version { get; init => field = value ?? ""; } = "";

    /// <summary>Its task slots.</summary>
    public int RunnersTotal { get; init; }

    /// <summary>Those of them that are free.</summary>
    public int RunnersAvailable { get; init; }

    /// <summary>Tasks that it holds; ours, in statistics only: a runner that is paused, drains or is lost has no free slot, whatever it holds.</summary>
    public int? SlotsUsed { get; init; }

    /// <summary><c>ADD</c>, <c>LIVE</c>, <c>KILL</c> (draining) or <c>TERMINATE</c>; in statistics only.</summary>
    public string? Type { get; init; }

    /// <summary>Ids of the keys with which it opens payloads; absent when it has none; ours.</summary>
    public IReadOnlyList<string>? KeyIds { get; init; }

    /// <summary>The labels that tasks may require of it; absent when it has none; ours.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>True while it is paused: it keeps what it has and takes nothing; absent otherwise; ours.</summary>
    public bool? Paused { get; init; }

    /// <summary>True when it has not responded for a minute: it has no free slot then; absent otherwise; ours.</summary>
    public bool? Lost { get; init; }

    /// <summary>When it enrolled; in statistics only.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Its last activity, within some seconds.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>A user who may use another user's cluster.</summary>
public sealed record ClusterShare
{
    /// <summary>The user: 24 hex digits.</summary>
    public required string UserId { get; init; }

    /// <summary>The cluster: 24 hex digits.</summary>
    public string ClusterId { get; init => field = value ?? ""; } = "";

    /// <summary>When this last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The user's name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The user's address.</summary>
    public string Email { get; init => field = value ?? ""; } = "";
}

/// <summary>Response to <c>POST /clusters</c> (with a message) and <c>GET /clusters/{id}</c>.</summary>
public sealed record ClusterResponse
{
    /// <summary>A message on the result; absent when nothing was done.</summary>
    public string? Msg { get; init; }

    /// <summary>The cluster.</summary>
    public required ClusterInfo Cluster { get; init; }
}

/// <summary>Response to <c>GET /clusters</c>: one page.</summary>
public sealed record ClusterList
{
    /// <summary>The clusters; empty behind the last page.</summary>
    public required IReadOnlyList<ClusterInfo> Clusters { get; init; }
}

/// <summary>Response to <c>GET /clusters/{id}/credentials</c>, in both of its published forms at once.</summary>
public sealed record ClusterCredentials
{
    /// <summary>The token that runners enrol with: a secret.</summary>
    public required string Token { get; init; }

    /// <summary>The older form.</summary>
    public ClusterTokens? Cluster { get; init; }
}

/// <summary>Body of <c>PUT /clusters/{id}</c>: what is to be changed; the rest stays.</summary>
public sealed record ClusterUpdate
{
    /// <summary>Another name.</summary>
    public string? Name { get; init; }

    /// <summary>Memory of one task slot, in bytes: for tasks claimed from then on.</summary>
    public long? Memory { get; init; }

    /// <summary>Disk of one task slot, in bytes.</summary>
    public long? DiskSpace { get; init; }

    /// <summary>Relative weight of one task slot on the processors; 0 for the runner's default.</summary>
    public int? CpuShare { get; init; }

    /// <summary>The longest that one of its tasks may run, in seconds: for tasks queued from then on.</summary>
    public int? MaxTimeout { get; init; }
}

/// <summary>Body of <c>POST /clusters/{id}/share</c>.</summary>
public sealed record ShareRequest
{
    /// <summary>The address of the user with whom the cluster is to be shared.</summary>
    public required string Email { get; init; }
}

/// <summary>Body of <c>POST /clusters/{id}/terminate</c>, and of <c>pause</c> and <c>resume</c>, which are ours.</summary>
public sealed record TerminateRequest
{
    /// <summary>The runners that are to finish their tasks and stop, to take no more for now, or to go on.</summary>
    public required IReadOnlyList<string> InstanceIds { get; init; }
}

/// <summary>A cluster's tokens, all of them good.</summary>
public sealed record ClusterTokens
{
    /// <summary>Cluster id: 24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The tokens: secrets.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }
}
