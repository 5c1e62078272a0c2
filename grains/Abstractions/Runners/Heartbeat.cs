namespace OrleansHybrid.Abstractions.Runners;

/// <summary>Body of <c>POST /runner/v1/heartbeat</c>: renews all leases of the session in one call.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.heartbeat-request")]
public sealed record HeartbeatRequest
{
    /// <summary>The leases that the runner still works under.</summary>
    [Id(0)]
    public required LeaseReport[] Leases { get; init; }
}

/// <summary>The runner's report about one lease when it renews it.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.lease-report")]
public sealed record LeaseReport
{
    /// <summary>The lease to renew.</summary>
    [Id(0)]
    public required LeaseRef Lease { get; init; }

    /// <summary>Where the task stands: <c>waiting</c> (not begun), <c>preparing</c> (pulling) or <c>running</c>.</summary>
    [Id(1)]
    public required string Phase { get; init; }

    /// <summary>The image's digest, once known.</summary>
    [Id(2)]
    public string? Digest { get; init; }

    /// <summary>Progress in percent, 0 to 100, when the task reported some since the last heartbeat.</summary>
    [Id(3)]
    public int? Percent { get; init; }

    /// <summary>Progress message, when the task reported one since the last heartbeat.</summary>
    [Id(4)]
    public string? Message { get; init; }
}

/// <summary>Response to <see cref="HeartbeatRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.heartbeat-response")]
public sealed record HeartbeatResponse
{
    /// <summary>One answer for each lease, in the order of the request.</summary>
    [Id(0)]
    public required LeaseRenewal[] Leases { get; init; }

    /// <summary>True when the runner must claim no more, finish what it has and end.</summary>
    [Id(1)]
    public bool Drain { get; init; }
}

/// <summary>The result for one lease.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.lease-renewal")]
public sealed record LeaseRenewal
{
    /// <summary>The task.</summary>
    [Id(0)]
    public required string TaskId { get; init; }

    /// <summary>
    /// <c>renewed</c>; <c>stop</c> (cancelled: end the program, then finish as <c>cancelled</c>; the lease is renewed);
    /// <c>lost</c> (the lease is no longer ours: end the program and report nothing).
    /// </summary>
    [Id(1)]
    public required string Status { get; init; }

    /// <summary>How long the lease now holds, in milliseconds counted from before the heartbeat was sent.</summary>
    [Id(2)]
    public long LeaseMilliseconds { get; init; }
}
