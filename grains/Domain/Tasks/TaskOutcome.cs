namespace OrleansHybrid.Domain.Tasks;

/// <summary>How an attempt ended, as its runner reports it.</summary>
public sealed record TaskOutcome
{
    /// <summary>A final phase.</summary>
    public required TaskPhase Phase { get; init; }

    /// <summary>Short reason; empty on success.</summary>
    public string Message { get; init; } = "";

    /// <summary>The program's exit code, where it had one.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How long the program ran, in milliseconds.</summary>
    public long DurationMilliseconds { get; init; }

    /// <summary>False for an error that another try can't change.</summary>
    public bool Retryable { get; init; } = true;

    /// <summary>The digest of the image that ran; empty where none is known.</summary>
    public string Digest { get; init; } = "";

    /// <summary>How far it said last that it was, in percent; null when that is known already.</summary>
    public int? Percent { get; init; }

    /// <summary>Its last progress report; null when that is known already.</summary>
    public string? Progress { get; init; }
}
