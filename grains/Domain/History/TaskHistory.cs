using System.Globalization;

namespace OrleansHybrid.Domain.History;

/// <summary>All that the database has of one task.</summary>
public sealed record TaskHistory
{
    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>Its row; null when only events, a lease or a log are left of it.</summary>
    public HistoryRow? Row { get; init; }

    /// <summary>The lease that is out; null without one.</summary>
    public HistoryLease? Lease { get; init; }

    /// <summary>Its events, in their order.</summary>
    public IReadOnlyList<HistoryEvent> Events { get; init; } = [];

    /// <summary>Where the pieces of its logs stand, by attempt and start.</summary>
    public IReadOnlyList<HistoryChunk> Chunks { get; init; } = [];
}

/// <summary>A lease: of which attempt, and when it was claimed, in milliseconds since 1970.</summary>
public sealed record HistoryLease(int Attempt, long ClaimedAt);

/// <summary>A task's row, and whether it waits.</summary>
public sealed record HistoryRow
{
    /// <summary>The name of its final phase as events write it; null before.</summary>
    public string? End { get; init; }

    /// <summary>The attempt that the row counts.</summary>
    public int Attempt { get; init; }

    /// <summary>How many of its runners were lost.</summary>
    public int Losses { get; init; }

    /// <summary>How many may be.</summary>
    public int MaxLosses { get; init; }

    /// <summary>How many automatic retries its code allows.</summary>
    public int Retries { get; init; }

    /// <summary>How many came before it.</summary>
    public int RetryCount { get; init; }

    /// <summary>True when a caller asked for it: not a schedule, and no retry.</summary>
    public bool IsRequested { get; init; }

    /// <summary>When it was queued, in milliseconds since 1970.</summary>
    public long CreatedAt { get; init; }

    /// <summary>True when it can be claimed, now or when its time has come.</summary>
    public bool IsWaiting { get; init; }
}

/// <summary>One event of a task: what was done to it, and under which attempt.</summary>
/// <param name="Seq">Its number, higher than that of the one before.</param>
/// <param name="At">When it was written, in milliseconds since 1970.</param>
/// <param name="Attempt">The number of the attempt.</param>
/// <param name="Kind">The final phase that it led to, or what else was done.</param>
/// <param name="Cause">What led to the final phase, where that was not the runner's report.</param>
/// <param name="ClaimedAt">When a runner had claimed the attempt; null where none had it.</param>
public sealed record HistoryEvent(long Seq, long At, int Attempt, string Kind, string? Cause = null, long? ClaimedAt = null)
{
    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{DateTimeOffset.FromUnixTimeMilliseconds(At):yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Kind}, attempt {Attempt} (event {Seq})");
}

/// <summary>A piece of an attempt's log.</summary>
public sealed record HistoryChunk(int Attempt, long Start, long Size);
