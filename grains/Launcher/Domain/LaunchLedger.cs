namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// The state by which an account's launcher decides: bounded by what lives, by the days of two months and by what is still to be
/// written elsewhere. What has ended leaves it.
/// </summary>
public sealed record LaunchLedger
{
    /// <summary>A launcher that never decided anything.</summary>
    public static readonly LaunchLedger Empty = new();

    /// <summary>The launches that have not ended, the oldest first.</summary>
    public IReadOnlyList<ActiveLaunch> Live { get; init; } = [];

    /// <summary>Those that have ended and are not yet known to be in the table.</summary>
    public IReadOnlyList<LaunchSnapshot> Ended { get; init; } = [];

    /// <summary>The launches of recent requests, for callers that ask the same again.</summary>
    public IReadOnlyList<RecentLaunch> Recent { get; init; } = [];

    /// <summary>
    /// The prefix of the labels of this launcher's jobs, and of no other launcher's on the same account: chosen with its first launch, and
    /// null before that.
    /// </summary>
    public string? OwnPrefix { get; init; }

    /// <summary>The spending by day and credential; active launches are reserved beside it.</summary>
    public IReadOnlyList<DaySpending> Spent { get; init; } = [];

    /// <summary>The numbers of signed requests that can't be used again.</summary>
    public IReadOnlyList<Nonce> Nonces { get; init; } = [];

    /// <summary>Jobs with a label of ours that no launch has: they are ended until they are seen to be over.</summary>
    public IReadOnlyList<long> Orphans { get; init; } = [];

    /// <summary>The last record of the audit.</summary>
    public AuditHead Audit { get; init; } = new(0, AuditChain.GenesisHash);

    /// <summary>Records that are not yet known to be in the table.</summary>
    public IReadOnlyList<AuditRecord> Outbox { get; init; } = [];

    /// <summary>When the jobs of the account were last compared with the active launches.</summary>
    public DateTimeOffset Swept { get; init; }

    /// <summary>Since when the provider's jobs could not be listed; null while they can.</summary>
    public DateTimeOffset? BlindSince { get; init; }

    /// <summary>When they were last listed.</summary>
    public DateTimeOffset Sighted { get; init; }

    /// <summary>How many of them, then, others had started and had not ended.</summary>
    public int ForeignJobs { get; init; }
}

/// <summary>A launch that has not ended.</summary>
public sealed record ActiveLaunch
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The hash by which another request is found to be the same as the one that began it.</summary>
    public required string Identity { get; init; }

    /// <summary>The request.</summary>
    public required LaunchRequest Request { get; init; }

    /// <summary>When it was asked for, by the clock of the database.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The most it can cost, rounded up; counted on the day on which it was asked for.</summary>
    public required decimal Reserved { get; init; }

    /// <summary>The audit's record of it: nothing is submitted before that is in the table.</summary>
    public required long AuditSequence { get; init; }

    /// <summary>Which try it is.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Where it stands at the provider, as far as is known.</summary>
    public ProviderJobState Standing { get; init; } = ProviderJobState.Intended;

    /// <summary>Since when it is in this state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The provider's number.</summary>
    public long? JobNumber { get; init; }

    /// <summary>When its program began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long tries before this one ran: the limit is for all of them together.</summary>
    public TimeSpan RanBefore { get; init; }

    /// <summary>When a search first found no job of its label; none before it did.</summary>
    public DateTimeOffset? MissingSince { get; init; }

    /// <summary>Why it is to stop; none while it may go on.</summary>
    public StopReason? Stop { get; init; }

    /// <summary>When it was ordered to stop.</summary>
    public DateTimeOffset? StopAt { get; init; }

    /// <summary>Before this nothing is done for it.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>How often its end could not be read.</summary>
    public int Unread { get; init; }

    /// <summary>The prefix of its label.</summary>
    public string LabelPrefix { get; init; } = LaunchStateMachine.LabelPrefix;

    /// <summary>The name of its job at the provider.</summary>
    public string Label => $"{LabelPrefix}{Id}:a{Attempt}";
}

/// <summary>Where a launch stands at the provider.</summary>
public enum ProviderJobState
{
    /// <summary>Not submitted: there is no job.</summary>
    Intended,

    /// <summary>Being submitted: there may be a job.</summary>
    Submitting,

    /// <summary>It is not known whether there is a job; it is searched by its label.</summary>
    Unknown,

    /// <summary>There is a job, and it waits.</summary>
    Queued,

    /// <summary>The job runs.</summary>
    Running,
}

/// <summary>Why a launch is stopped.</summary>
public enum StopReason
{
    /// <summary>A caller or operator cancelled it.</summary>
    Cancelled,

    /// <summary>It ran or waited too long.</summary>
    Overdue,
}

/// <summary>The launch of a recent request, and until when the same request returns it.</summary>
public sealed record RecentLaunch(string Identity, LaunchSnapshot Launch, DateTimeOffset Until);

/// <summary>The spending of launches that were requested on a day (UTC) with one credential.</summary>
public sealed record DaySpending(DateOnly Day, string CredentialId, decimal Amount);
