namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// The commands to execute at the provider, and when to ask again at the latest; sooner when a launch is requested here.
/// </summary>
public sealed record ProviderCommandBatch(IReadOnlyList<ProviderCommand> Commands, TimeSpan UntilNextPoll);

/// <summary>
/// One thing to do for one attempt of a launch. <see cref="Launch"/> is set for a submission only; for a reconciliation the label is the
/// common prefix of all our jobs' labels, empty where there never was a job.
/// </summary>
public sealed record ProviderCommand(
    ProviderAction Action, string LaunchId, int Attempt, string Label, long? JobNumber = null, LaunchInputs? Launch = null);

/// <summary>
/// The part of a submission that the launcher decides. Script, image, machine, caps and price are not here: the holder of the key
/// takes them from its own policy, and checks all of this against that.
/// </summary>
/// <param name="CredentialId">The caller's credential.</param>
/// <param name="CommitHash">The commit to run.</param>
/// <param name="Parameters">A value for each parameter.</param>
/// <param name="Marker">The random marker that the script ends with: 32 hex digits.</param>
/// <param name="RanBefore">How much of the time earlier attempts have used.</param>
/// <param name="AuditSequence">The number of the launch's audit record.</param>
public sealed record LaunchInputs(
    string CredentialId,
    string CommitHash,
    IReadOnlyDictionary<string, string> Parameters,
    string Marker,
    TimeSpan RanBefore,
    long AuditSequence);

/// <summary>The actions for a launch at the provider.</summary>
public enum ProviderAction
{
    /// <summary>Start the job.</summary>
    Submit,

    /// <summary>Search for a job of this label among the active and the ended ones.</summary>
    FindByLabel,

    /// <summary>Compare all jobs of the account with the active launches, to find orphaned ones. It belongs to no launch.</summary>
    Reconcile,

    /// <summary>See how far the job is, and read what it has written.</summary>
    Poll,

    /// <summary>Ask the running job to end.</summary>
    Shutdown,

    /// <summary>End the job.</summary>
    Terminate,
}

/// <summary>The result of one command.</summary>
public sealed record ProviderResult
{
    /// <summary>The action that was commanded.</summary>
    public required ProviderAction Action { get; init; }

    /// <summary>For which launch.</summary>
    public required string LaunchId { get; init; }

    /// <summary>For which attempt of it.</summary>
    public required int Attempt { get; init; }

    /// <summary>About which job, where the command named one.</summary>
    public long? JobNumber { get; init; }

    /// <summary>The jobs that were started, found or polled; empty when there are none.</summary>
    public IReadOnlyList<JobRecord> Jobs { get; init; } = [];

    /// <summary>After a reconciliation: how many active jobs of the account are not ours.</summary>
    public int ForeignJobs { get; init; }

    /// <summary>The last lines of an ended job's console, which may have the marker.</summary>
    public string? OutputTail { get; init; }

    /// <summary>Why it failed; none when it did not.</summary>
    public ProviderErrorKind? Error { get; init; }

    /// <summary>Why the key's holder rejected a submission; null where it did not.</summary>
    public string? Reason { get; init; }

    /// <summary>The policy that a job was built from; null where none was built.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>Which key it was done with, as a short fingerprint that can't be turned back.</summary>
    public string? KeyGeneration { get; init; }
}

/// <summary>Calls from one address that were rejected for one reason, counted.</summary>
public sealed record RejectedCalls(
    CallerAddress Origin, string? CredentialId, string Reason, int Count, DateTimeOffset First, DateTimeOffset Last);

/// <summary>The account as an operator sees it.</summary>
public sealed record LauncherSummary
{
    /// <summary>The active launches, the oldest first.</summary>
    public required IReadOnlyList<LaunchSnapshot> Live { get; init; }

    /// <summary>How many jobs with a label of ours no launch has; the caps count them.</summary>
    public required int Orphans { get; init; }

    /// <summary>How many jobs that others had started lived when they were last listed.</summary>
    public required int ForeignJobs { get; init; }

    /// <summary>The amount spent or reserved today (UTC).</summary>
    public required decimal Today { get; init; }

    /// <summary>The amount spent or reserved this month (UTC).</summary>
    public required decimal ThisMonth { get; init; }

    /// <summary>How many records the audit has.</summary>
    public required long AuditRecords { get; init; }

    /// <summary>The hash of the last of them.</summary>
    public required string AuditHash { get; init; }

    /// <summary>How many numbers of signed requests are remembered.</summary>
    public required int Nonces { get; init; }
}
