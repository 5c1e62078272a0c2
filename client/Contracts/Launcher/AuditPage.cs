namespace OrleansHybrid.Contracts.Launcher;

/// <summary>Response to <c>GET /launcher/v1/audit</c>: some records, the oldest first.</summary>
public sealed record AuditPage
{
    /// <summary>The records.</summary>
    public required IReadOnlyList<AuditEntry> Records { get; init; }

    /// <summary>True when each record of this page is as it was written, follows on the one before, and none is missing up to here.</summary>
    public required bool Verified { get; init; }

    /// <summary>The number of the first record that is missing or not as it was written; absent when all is well.</summary>
    public long? FirstBroken { get; init; }

    /// <summary>The value of <c>from</c> for the next page; absent at the end.</summary>
    public long? Next { get; init; }
}

/// <summary>One record of a launcher's audit; members with nothing to say are empty or absent.</summary>
public sealed record AuditEntry
{
    /// <summary>1 for the first, and no gap after it.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was decided.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>
    /// <c>accepted</c>, <c>refused</c>, <c>submitted</c>, <c>cancelled</c>, <c>overdue</c>, <c>orphan</c> or <c>ended</c>; readers must
    /// expect others.
    /// </summary>
    public required string Event { get; init; }

    /// <summary>Why, or by whom.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>How many calls it covers.</summary>
    public int Count { get; init; }

    /// <summary>Which credential.</summary>
    public string CredentialId { get; init => field = value ?? ""; } = "";

    /// <summary>The address that was judged.</summary>
    public string Address { get; init => field = value ?? ""; } = "";

    /// <summary>That of the peer of the connection.</summary>
    public string Peer { get; init => field = value ?? ""; } = "";

    /// <summary>The commit that was asked for.</summary>
    public string CommitHash { get; init => field = value ?? ""; } = "";

    /// <summary>The launch.</summary>
    public string LaunchId { get; init => field = value ?? ""; } = "";

    /// <summary>The provider's number of the job.</summary>
    public long? JobNumber { get; init; }

    /// <summary>The type of machine.</summary>
    public string MachineType { get; init => field = value ?? ""; } = "";

    /// <summary>By when it is stopped.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The amount reserved or, at the end, spent.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Which policy held.</summary>
    public string PolicyVersion { get; init => field = value ?? ""; } = "";

    /// <summary>Which key was used.</summary>
    public string KeyGeneration { get; init => field = value ?? ""; } = "";

    /// <summary>The hash of the record before.</summary>
    public string Previous { get; init => field = value ?? ""; } = "";

    /// <summary>The hash of all of the above.</summary>
    public string Hash { get; init => field = value ?? ""; } = "";
}
