using Orleans.Hybrid.Domain.Runners;

namespace Orleans.Hybrid.Domain.Tasks;

/// <summary>The logs of tasks: compressed chunks, one sequence of bytes an attempt, capped.</summary>
public interface ILogStore
{
    /// <summary>Appends pieces whose leases are live and whose offsets continue the log; one answer an item.</summary>
    Task<IReadOnlyList<AppendAnswer>> AppendAsync(IReadOnlyList<LogAppend> pieces, CancellationToken cancel);

    /// <summary>Up to about a mebibyte of one attempt's log from <paramref name="offset"/> on; empty at its end.</summary>
    Task<byte[]> ReadAsync(TaskId task, int attempt, long offset, CancellationToken cancel);
}

/// <summary>Bytes to append to an attempt's log.</summary>
public sealed record LogAppend(LeaseFence Fence, long Offset, ReadOnlyMemory<byte> Data);

/// <summary>What became of an append.</summary>
public enum AppendAnswer
{
    /// <summary>Stored, now or by an earlier copy of the call.</summary>
    Accepted,

    /// <summary>The lease is no longer the current one.</summary>
    Stale,

    /// <summary>The log is at its cap, or the piece leaves a gap: send no more of it.</summary>
    Full,
}
