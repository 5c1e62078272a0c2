using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Domain.Tasks;

/// <summary>The logs of tasks: compressed chunks, one sequence of bytes an attempt, capped.</summary>
public interface ILogStore
{
    /// <summary>Appends pieces whose leases are live and whose offsets continue the log; one answer an item.</summary>
    Task<IReadOnlyList<LogAppendResult>> AppendAsync(IReadOnlyList<LogAppend> pieces, CancellationToken cancellationToken);

    /// <summary>Up to about a mebibyte of one attempt's log from <paramref name="offset"/> on; empty at its end.</summary>
    Task<byte[]> ReadAsync(TaskId task, int attempt, long offset, CancellationToken cancellationToken);

    /// <summary>What of about the next mebibyte from <paramref name="offset"/> on is standard output.</summary>
    Task<LogOutput> ReadOutputAsync(TaskId task, int attempt, long offset, CancellationToken cancellationToken);
}

/// <summary>
/// Bytes to append to an attempt's log. <paramref name="Runs"/> are the lengths of standard output and standard error in
/// turn, none of them 0 but perhaps the first, in sum all of the bytes; null when all are standard output.
/// </summary>
public sealed record LogAppend(
    LeaseFence Fence, long Offset, ReadOnlyMemory<byte> Data, IReadOnlyList<int>? Runs = null);

/// <summary>The standard output in a stretch of a log, and where that stretch ends: where it began, at the log's end.</summary>
public sealed record LogOutput(byte[] Data, long End);

/// <summary>What became of an append.</summary>
public enum LogAppendResult
{
    /// <summary>Stored, now or by an earlier copy of the call.</summary>
    Accepted,

    /// <summary>The lease is no longer the current one.</summary>
    Stale,

    /// <summary>The log is at its cap, or the piece leaves a gap: send no more of it.</summary>
    Full,
}
