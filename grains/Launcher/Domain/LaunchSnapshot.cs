namespace OrleansHybrid.Launcher.Domain;

/// <summary>A launch as its caller may see it: no key, no address of the provider, no script.</summary>
public sealed record LaunchSnapshot
{
    /// <summary>24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string CredentialId { get; init; }

    /// <summary>The commit that was asked for.</summary>
    public required string CommitHash { get; init; }

    /// <summary>How far it is.</summary>
    public required LaunchPhase Phase { get; init; }

    /// <summary>How it ended; none before that.</summary>
    public LaunchVerdict? Verdict { get; init; }

    /// <summary>The exit code of the script; none where it did not say one.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Which try of this launch it is; 1 is the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>The provider's number of the job; none before it has one.</summary>
    public long? JobNumber { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it began to run; none before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; none before that.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>By when it is stopped, as far as is known now.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>Its cost; before its end the amount reserved for it.</summary>
    public required decimal Cost { get; init; }
}

/// <summary>How far a launch is.</summary>
public enum LaunchPhase
{
    /// <summary>Decided and paid for, not yet known to be submitted.</summary>
    Intended,

    /// <summary>At the provider, waiting for a machine.</summary>
    Queued,

    /// <summary>On its machine.</summary>
    Running,

    /// <summary>Ordered to stop; not yet seen to have ended.</summary>
    Stopping,

    /// <summary>Over, for good.</summary>
    Ended,
}

/// <summary>How a launch ended.</summary>
public enum LaunchVerdict
{
    /// <summary>The script said itself that it ended with exit code 0.</summary>
    Passed,

    /// <summary>The script said itself that it ended with another exit code.</summary>
    Failed,

    /// <summary>It was stopped at its limit, or waited too long for a machine.</summary>
    TimedOut,

    /// <summary>A caller or operator cancelled it.</summary>
    Cancelled,

    /// <summary>The provider rejected, lost or ended it without the script's result marker.</summary>
    Trouble,
}
