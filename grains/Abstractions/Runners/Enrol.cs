namespace OrleansHybrid.Abstractions.Runners;

/// <summary>
/// Body of <c>POST /runner/v1/enrol</c>. The cluster token travels in <c>Authorization: Bearer</c>;
/// 401 when it is wrong for <see cref="ClusterId"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("hybrid.enrol-request")]
public sealed record EnrolRequest
{
    /// <summary>The cluster to work for: 24 hex digits.</summary>
    [Id(0)]
    public required string ClusterId { get; init; }

    /// <summary>A name for people, such as the host name; not unique.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The runner's product version.</summary>
    [Id(2)]
    public required string Version { get; init; }

    /// <summary>How many tasks this runner executes at the same time; 1 to 1,000.</summary>
    [Id(3)]
    public required int Slots { get; init; }

    /// <summary>Its executor, as text: <c>docker 20.10.24</c>, <c>process</c>.</summary>
    [Id(4)]
    public required string Executor { get; init; }

    /// <summary>Ids of the keys with which it opens payloads, 16 hex digits each, sorted; at most 8. Absent or empty without a key.</summary>
    [Id(5)]
    public string[] KeyIds { get; init => field = value ?? []; } = [];

    /// <summary>The labels that tasks may require of it, each <c>name</c> or <c>name=value</c>; at most 32. Absent or empty when it has none.</summary>
    [Id(6)]
    public string[] Labels { get; init => field = value ?? []; } = [];

    /// <summary>This runner's previous session, whose leases it takes over; null for a first start.</summary>
    [Id(7)]
    public PreviousSession? Previous { get; init; }
}

/// <summary>The previous session of a restarted runner; its credential is revoked with the takeover.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.previous-session")]
public sealed record PreviousSession
{
    /// <summary>Session id: 24 hex digits.</summary>
    [Id(0)]
    public required string SessionId { get; init; }

    /// <summary>The old session's credential.</summary>
    [Id(1)]
    public required string Credential { get; init; }
}

/// <summary>Response to <see cref="EnrolRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.enrol-response")]
public sealed record EnrolResponse
{
    /// <summary>Session id: 24 hex digits, new at each process start.</summary>
    [Id(0)]
    public required string SessionId { get; init; }

    /// <summary>Secret for <c>Authorization: Bearer</c> on all other calls of this protocol.</summary>
    [Id(1)]
    public required string Credential { get; init; }

    /// <summary>How long the control plane holds an empty claim, in seconds.</summary>
    [Id(2)]
    public required int PollSeconds { get; init; }

    /// <summary>
    /// The leases that moved over from the previous session; its containers may be adopted. Empty otherwise.
    /// </summary>
    [Id(3)]
    public required LeaseRef[] Leases { get; init; }
}
