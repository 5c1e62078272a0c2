namespace OrleansHybrid.Launcher.Domain;

/// <summary>One line of an account's audit, which is only ever added to. Each carries the hash of the one before it.</summary>
public sealed record AuditRecord
{
    /// <summary>1 for the first, and no gap after it.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The decision.</summary>
    public required AuditEvent Event { get; init; }

    /// <summary>Why, in a word of ours; empty where the event says it all.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How many calls it covers; more than one for rejected calls only.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Which credential; never the secret.</summary>
    public string CredentialId { get; init; } = "";

    /// <summary>The address that was judged.</summary>
    public string Address { get; init; } = "";

    /// <summary>That of the peer of the connection.</summary>
    public string Peer { get; init; } = "";

    /// <summary>The commit that was asked for.</summary>
    public string CommitHash { get; init; } = "";

    /// <summary>The launch; none where nothing was launched.</summary>
    public string LaunchId { get; init; } = "";

    /// <summary>The provider's number of the job.</summary>
    public long? JobNumber { get; init; }

    /// <summary>The type of machine.</summary>
    public string MachineType { get; init; } = "";

    /// <summary>By when it is stopped.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The amount reserved or, at the end, spent.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Which text of the policy held.</summary>
    public string PolicyVersion { get; init; } = "";

    /// <summary>Which key was used.</summary>
    public string KeyGeneration { get; init; } = "";

    /// <summary>The hash of the record before; 64 zeros in the first.</summary>
    public string Previous { get; init; } = AuditChain.GenesisHash;

    /// <summary>The hash of all of the above.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>The kinds of audit records.</summary>
public enum AuditEvent
{
    /// <summary>A launch was decided, and its cost reserved.</summary>
    Accepted,

    /// <summary>Calls were rejected.</summary>
    Refused,

    /// <summary>The provider has taken the job.</summary>
    Submitted,

    /// <summary>A caller or operator cancelled it.</summary>
    Cancelled,

    /// <summary>It was stopped because its time limit was reached.</summary>
    Overdue,

    /// <summary>A job of ours that no launch has was found, and ended.</summary>
    Orphan,

    /// <summary>It is over.</summary>
    Ended,
}
