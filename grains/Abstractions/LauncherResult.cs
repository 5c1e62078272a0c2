namespace OrleansHybrid.Abstractions;

/// <summary>The answer of a launcher: the launch, or why there is none. The words are those of the launcher's calls over HTTP.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.launcher-result")]
public sealed record LauncherResult
{
    /// <summary>The launch; null where <see cref="Error"/> says why.</summary>
    [Id(0)]
    public LaunchDetails? Launch { get; init; }

    /// <summary>True when the same was asked for before.</summary>
    [Id(1)]
    public bool IsDuplicate { get; init; }

    /// <summary>Such as <c>refused</c>, <c>not_found</c> or <c>cap_reached</c>; null where there is a launch.</summary>
    [Id(2)]
    public string? Error { get; init; }

    /// <summary>The field that breaks a rule, with <c>invalid_field</c>.</summary>
    [Id(3)]
    public string? Field { get; init; }

    /// <summary>The rule that it breaks.</summary>
    [Id(4)]
    public string? Rule { get; init; }

    /// <summary>How long to wait where waiting helps.</summary>
    [Id(5)]
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>A launch as its caller may see it.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.launch-details")]
public sealed record LaunchDetails
{
    /// <summary>24 small hex digits.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>accepted, queued, running, stopping or ended.</summary>
    [Id(1)]
    public required string State { get; init; }

    /// <summary>The commit.</summary>
    [Id(2)]
    public required string CommitHash { get; init; }

    /// <summary>passed, failed, timed_out, cancelled or trouble; null before its end.</summary>
    [Id(3)]
    public string? Verdict { get; init; }

    /// <summary>The exit code that the script said.</summary>
    [Id(4)]
    public int? ExitCode { get; init; }

    /// <summary>Which attempt it is, from 1.</summary>
    [Id(5)]
    public int Attempt { get; init; }

    /// <summary>When it was asked for.</summary>
    [Id(6)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it began to run.</summary>
    [Id(7)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    [Id(8)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>By when it is stopped, as far as is known now.</summary>
    [Id(9)]
    public DateTimeOffset Deadline { get; init; }

    /// <summary>Its cost; before its end the amount set aside for it.</summary>
    [Id(10)]
    public decimal Cost { get; init; }
}
