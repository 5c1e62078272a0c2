namespace OrleansHybrid.Contracts.Launcher;

/// <summary>A launch as operators see it.</summary>
public sealed record LaunchInfo
{
    /// <summary>24 hex digits that sort by time.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public string CredentialId { get; init => field = value ?? ""; } = "";

    /// <summary><c>accepted</c>, <c>queued</c>, <c>running</c>, <c>stopping</c> or <c>ended</c>; readers must expect others.</summary>
    public required string State { get; init; }

    /// <summary>The commit that was asked for.</summary>
    public string CommitHash { get; init => field = value ?? ""; } = "";

    /// <summary><c>passed</c>, <c>failed</c>, <c>timed_out</c>, <c>cancelled</c> or <c>trouble</c>; absent before its end.</summary>
    public string? Verdict { get; init; }

    /// <summary>The exit code of the script; absent where it did not say one.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Which try it is, from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>The provider's number of the job; absent before it has one.</summary>
    public long? JobNumber { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it began to run; absent before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; absent before that.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>By when it is stopped.</summary>
    public DateTimeOffset Deadline { get; init; }

    /// <summary>Its cost; before its end the amount reserved for it.</summary>
    public decimal Cost { get; init; }
}

/// <summary>Response to <c>GET /launcher/v1/runs</c>: some active and ended launches, the newest first.</summary>
public sealed record LaunchList
{
    /// <summary>The launches.</summary>
    public required IReadOnlyList<LaunchInfo> Runs { get; init; }

    /// <summary>The value of <c>before</c> for older ones; absent when there are none.</summary>
    public string? Before { get; init; }
}
