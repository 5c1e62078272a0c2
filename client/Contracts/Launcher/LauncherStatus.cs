namespace OrleansHybrid.Contracts.Launcher;

/// <summary>Response to <c>GET /launcher/v1</c>: a launcher's status. Money is in the account's currency.</summary>
public sealed record LauncherStatus
{
    /// <summary>The name of its account.</summary>
    public required string Account { get; init; }

    /// <summary>SHA-256 of the policy that holds, in hex.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>False while the policy has launching switched off.</summary>
    public required bool Enabled { get; init; }

    /// <summary>A fingerprint of the provider's key; absent where this silo has none.</summary>
    public string? KeyGeneration { get; init; }

    /// <summary>True when the provider rejected that key.</summary>
    public bool KeyRefused { get; init; }

    /// <summary>How many the cap of the account counts: active launches, orphans and, where it says so, what others started.</summary>
    public required int Live { get; init; }

    /// <summary>Jobs with a label of ours that no launch has; they are being ended.</summary>
    public int Orphans { get; init; }

    /// <summary>Jobs that others had started and that lived when the account's jobs were last listed.</summary>
    public int ForeignJobs { get; init; }

    /// <summary>How many launches may be active.</summary>
    public required LauncherQuota Caps { get; init; }

    /// <summary>The amount spent today (UTC) and reserved for active launches of today.</summary>
    public required decimal UsedToday { get; init; }

    /// <summary>The same for this month (UTC).</summary>
    public required decimal UsedThisMonth { get; init; }

    /// <summary>The limits.</summary>
    public required LauncherBudget Budget { get; init; }

    /// <summary>How many numbers of signed calls are remembered.</summary>
    public int Nonces { get; init; }

    /// <summary>The last record of the audit log: keep its hash elsewhere to detect a rewritten log.</summary>
    public required AuditRecordRef Audit { get; init; }

    /// <summary>The active launches, the newest first.</summary>
    public required IReadOnlyList<LaunchInfo> Launches { get; init; }
}

/// <summary>How many launches may be active at the same time; what is absent has no limit.</summary>
public sealed record LauncherQuota
{
    /// <summary>In all.</summary>
    public required int Account { get; init; }

    /// <summary>On one type of machine.</summary>
    public int? InstanceType { get; init; }

    /// <summary>With one credential.</summary>
    public int? Credential { get; init; }

    /// <summary>True when jobs that others start on the account count against its bound.</summary>
    public bool ForeignJobs { get; init; }
}

/// <summary>The highest cost of launches; absent where there is no limit.</summary>
public sealed record LauncherBudget
{
    /// <summary>In a day (UTC).</summary>
    public decimal? Day { get; init; }

    /// <summary>In a month (UTC).</summary>
    public decimal? Month { get; init; }

    /// <summary>In a day, with one credential.</summary>
    public decimal? CredentialDay { get; init; }

    /// <summary>In a month, with one credential.</summary>
    public decimal? CredentialMonth { get; init; }
}

/// <summary>A record of the audit, by its number and its hash.</summary>
public sealed record AuditRecordRef
{
    /// <summary>Its number; 0 when there is none.</summary>
    public required long Sequence { get; init; }

    /// <summary>Its hash, 64 hex digits, which covers all records up to it.</summary>
    public required string Hash { get; init; }
}
