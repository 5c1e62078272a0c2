namespace OrleansHybrid.Domain.Launching;

/// <summary>
/// What is to be done at the provider, and when to ask again at the latest; sooner when a launch is asked for here.
/// </summary>
public sealed record ProviderCommandBatch(IReadOnlyList<ProviderCommand> Commands, TimeSpan UntilNextPoll);

/// <summary>
/// One thing to be done for one attempt of a launch. <see cref="Launch"/> is there with a submission alone; with a sweep the label is what
/// those of all our jobs begin with, and empty where there never was one.
/// </summary>
public sealed record ProviderCommand(
    ProviderAction Action, string LaunchId, int Attempt, string Label, long? JobNumber = null, LaunchInputs? Launch = null);

/// <summary>
/// What a submission is made of as far as the launcher decides it. Script, image, machine, caps and price are not here: who holds the key
/// takes them from its own policy, and holds all of this against that.
/// </summary>
/// <param name="CredentialId">Who asked.</param>
/// <param name="CommitHash">For which commit.</param>
/// <param name="Parameters">With which values, one for each parameter.</param>
/// <param name="Marker">The word of chance that the script ends with: 32 hex digits.</param>
/// <param name="RanBefore">How much of the time an earlier attempt has used.</param>
/// <param name="AuditSequence">The audit's record of the launch.</param>
public sealed record LaunchInputs(
    string CredentialId,
    string CommitHash,
    IReadOnlyDictionary<string, string> Parameters,
    string Marker,
    TimeSpan RanBefore,
    long AuditSequence);

/// <summary>What can be done for a launch at the provider.</summary>
public enum ProviderAction
{
    /// <summary>Start the job.</summary>
    Submit,

    /// <summary>Look for a job of this label among those that live and those that have ended.</summary>
    FindByLabel,

    /// <summary>Hold all jobs of the account against what lives, to find those that nobody has. It is for no launch.</summary>
    Reconcile,

    /// <summary>See how far the job is, and read what it has written.</summary>
    Poll,

    /// <summary>Ask the running job to end.</summary>
    Shutdown,

    /// <summary>End the job.</summary>
    Terminate,
}

/// <summary>What came of one order.</summary>
public sealed record ProviderResult
{
    /// <summary>What was ordered.</summary>
    public required ProviderAction Action { get; init; }

    /// <summary>For which launch.</summary>
    public required string LaunchId { get; init; }

    /// <summary>For which attempt of it.</summary>
    public required int Attempt { get; init; }

    /// <summary>About which job, where the order named one.</summary>
    public long? JobNumber { get; init; }

    /// <summary>The jobs that were started, found or looked at; none when there is none.</summary>
    public IReadOnlyList<JobRecord> Jobs { get; init; } = [];

    /// <summary>After a sweep: how many jobs of the account live that are not ours.</summary>
    public int ForeignJobs { get; init; }

    /// <summary>The last lines of an ended job's text, in which the marker is looked for.</summary>
    public string? OutputTail { get; init; }

    /// <summary>Why it failed; none when it did not.</summary>
    public ProviderErrorKind? Error { get; init; }

    /// <summary>What the key's holder found wrong with a submission that it did not make; null where it made none of its own objections.</summary>
    public string? Reason { get; init; }

    /// <summary>The policy that a job was built from; null where none was built.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>Which key it was done with, as a short fingerprint that can't be turned back.</summary>
    public string? KeyGeneration { get; init; }
}

/// <summary>Calls from one address that were refused for one reason, counted.</summary>
public sealed record RejectedCalls(
    CallerAddress Origin, string? CredentialId, string Reason, int Count, DateTimeOffset First, DateTimeOffset Last);

/// <summary>The account as an operator sees it.</summary>
public sealed record LauncherSummary
{
    /// <summary>The launches that live, the oldest first.</summary>
    public required IReadOnlyList<LaunchSnapshot> Live { get; init; }

    /// <summary>How many jobs with a label of ours no launch has; the caps count them.</summary>
    public required int Orphans { get; init; }

    /// <summary>How many jobs that others had started lived when they were last listed.</summary>
    public required int ForeignJobs { get; init; }

    /// <summary>What was spent or is set aside today (UTC).</summary>
    public required decimal Today { get; init; }

    /// <summary>What was spent or is set aside this month (UTC).</summary>
    public required decimal ThisMonth { get; init; }

    /// <summary>How many records the audit has.</summary>
    public required long AuditRecords { get; init; }

    /// <summary>The hash of the last of them.</summary>
    public required string AuditHash { get; init; }

    /// <summary>How many numbers of signed requests are remembered.</summary>
    public required int Nonces { get; init; }
}
