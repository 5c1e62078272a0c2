namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// The request of a known caller, checked against the policy, as the ledger holds it. The script is not in it: the holder of the key fills
/// its own.
/// </summary>
public sealed record LaunchRequest
{
    /// <summary>Which credential of the policy was shown; never the secret.</summary>
    public required string CredentialId { get; init; }

    /// <summary>The commit: lower-case hex, 1 to 64 digits.</summary>
    public required string CommitHash { get; init; }

    /// <summary>Further parameters by the names that the policy gives them, each checked against its rule there.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>The caller's own name for this request; the same one again means the same launch.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Launch again although the same thing has ended lately; the policy says who may.</summary>
    public bool Force { get; init; }

    /// <summary>A random marker: the script's last line is this with its exit code, which shows that the text is complete.</summary>
    public required string Marker { get; init; }

    /// <summary>Which text of the policy it was made from: SHA-256 of it, in hex.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>The terms of this launch, as the policy said when it was requested.</summary>
    public required LaunchProfile Terms { get; init; }

    /// <summary>The number of a signed request, to be used up before anything else is written; none with a plain secret.</summary>
    public Nonce? Nonce { get; init; }

    /// <summary>Where it came from, for the audit.</summary>
    public required CallerAddress Origin { get; init; }
}

/// <summary>A number that a key id may use once: 32 hex digits, and until when it has to be remembered.</summary>
public sealed record Nonce(string KeyId, string Value, DateTimeOffset Until);

/// <summary>The address that was judged, and that of the peer that the connection came from; with an operator's call, the id of that user.</summary>
public sealed record CallerAddress(string Address, string Peer, string? Operator = null);

/// <summary>The terms of a launch: machine, time and cost, and the limits of all launches of the account.</summary>
public sealed record LaunchProfile
{
    /// <summary>The image of the job.</summary>
    public required string Image { get; init; }

    /// <summary>The type of machine, by the provider's name.</summary>
    public required string MachineType { get; init; }

    /// <summary>How many machines.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>How long it may run, counted from its start.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>How long it may wait at the provider before it is taken back.</summary>
    public required TimeSpan LongestQueue { get; init; }

    /// <summary>How long after a request to shut down it is terminated.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The price of one machine for an hour, in the account's currency; the policy's ceiling where the provider names no price.</summary>
    public required decimal PricePerHour { get; init; }

    /// <summary>How long after its end the same request returns this launch.</summary>
    public TimeSpan ResultValid { get; init; } = TimeSpan.Zero;

    /// <summary>How many may be active at the same time.</summary>
    public required LaunchQuota Caps { get; init; }

    /// <summary>How much may be spent.</summary>
    public required LaunchBudget Budget { get; init; }

    /// <summary>False when the operator has switched launching off.</summary>
    public bool Enabled { get; init; } = true;
}

/// <summary>
/// How many launches may be active at the same time: queued, running and unknown ones count. Null: no bound of this kind. With
/// <see cref="ForeignJobs"/> those that others start on the account count against its bound, too.
/// </summary>
public sealed record LaunchQuota(int Account, int? MachineType = null, int? Credential = null, bool ForeignJobs = false)
{
    /// <summary>How many of these count against the account's bound.</summary>
    public int CountOf(int live, int orphans, int foreignJobs) => live + orphans + (ForeignJobs ? foreignJobs : 0);
}

/// <summary>How much launches may cost in a day and a month (UTC), all together and by credential. Null: no bound of this kind.</summary>
public sealed record LaunchBudget(
    decimal? Day = null, decimal? Month = null, decimal? CredentialDay = null, decimal? CredentialMonth = null);
