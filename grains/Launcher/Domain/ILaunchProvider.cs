namespace OrleansHybrid.Launcher.Domain;

/// <summary>Where jobs run. Throws <see cref="ProviderException"/>, and nothing else but cancellation.</summary>
public interface ILaunchProvider
{
    /// <summary>Starts a job and gives its number.</summary>
    Task<long> SubmitAsync(ProviderJob job, CancellationToken cancellationToken);

    /// <summary>All jobs of the account, the active or the ended ones.</summary>
    Task<IReadOnlyList<JobRecord>> JobsAsync(bool ended, CancellationToken cancellationToken);

    /// <summary>One job, also one that has ended; null when the provider does not know it.</summary>
    Task<JobRecord?> StatusAsync(long number, CancellationToken cancellationToken);

    /// <summary>The end of a running job's console text in UTF-8, 10,000 lines at most.</summary>
    Task<ReadOnlyMemory<byte>> TailAsync(long number, CancellationToken cancellationToken);

    /// <summary>All of an ended job's console text in UTF-8, as far as the size limit lets it.</summary>
    Task<ReadOnlyMemory<byte>> OutputAsync(long number, CancellationToken cancellationToken);

    /// <summary>Asks a running job to end.</summary>
    Task ShutdownAsync(long number, CancellationToken cancellationToken);

    /// <summary>Ends a job in any state.</summary>
    Task TerminateAsync(long number, CancellationToken cancellationToken);

    /// <summary>The types of machines by name; the cheapest check of the credentials.</summary>
    Task<IReadOnlyList<MachineType>> MachinesAsync(CancellationToken cancellationToken);
}

/// <summary>A job to start: the label is how it is found again, under 64 of <c>[a-z0-9:._-]</c>.</summary>
public sealed record ProviderJob(
    string Label, string Image, string Script, string MachineType, int Nodes, TimeSpan Limit);

/// <summary>A job as the provider shows it; what it did not say is null.</summary>
public sealed record JobRecord
{
    /// <summary>The provider's number.</summary>
    public required long Number { get; init; }

    /// <summary>How far it is.</summary>
    public required ReportedJobState State { get; init; }

    /// <summary>The label that it was started with; only lists have it.</summary>
    public string? Label { get; init; }

    /// <summary>When its program began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was over.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Its cost by the provider.</summary>
    public decimal? Cost { get; init; }

    /// <summary>True when nothing of it runs or waits any more.</summary>
    public bool IsOver => State is ReportedJobState.Completed or ReportedJobState.Failed or ReportedJobState.Terminated or ReportedJobState.Canceled;

    /// <summary>True when its label begins so; no label begins with nothing.</summary>
    public bool HasLabelPrefix(string? prefix) =>
        !string.IsNullOrEmpty(prefix) && Label?.StartsWith(prefix, StringComparison.Ordinal) == true;
}

/// <summary>How far a job is at the provider.</summary>
public enum ReportedJobState
{
    /// <summary>An unknown state: not ended, to be polled.</summary>
    Unknown,

    /// <summary>Waits for a machine.</summary>
    Queued,

    /// <summary>Runs.</summary>
    Running,

    /// <summary>Ended, reported as successful.</summary>
    Completed,

    /// <summary>Over, with an error.</summary>
    Failed,

    /// <summary>Over: terminated, or at its limit.</summary>
    Terminated,

    /// <summary>Over: cancelled; short jobs may end so although all went well.</summary>
    Canceled,
}

/// <summary>A type of machine, and its price an hour where the provider names a sound one.</summary>
public sealed record MachineType(string Name, decimal? PricePerHour, int? MaxConcurrent);
