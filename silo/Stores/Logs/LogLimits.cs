using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Logs;

/// <summary>How large one attempt's log may grow in the store, in bytes. Runners cut and mark earlier; this is the backstop.</summary>
public sealed record LogLimits(long MaxBytes = LogLimits.DefaultMaxBytes)
{
    /// <summary>For runners with their usual limit.</summary>
    public const long DefaultMaxBytes = (10L << 20) + Margin;

    private const long Margin = 64 << 10;

    /// <summary>For runners that keep a log to so many bytes: a little above.</summary>
    public static LogLimits For(long bytes) => new(bytes + Margin);

    /// <summary>What to answer for a chunk when the log ends at <paramref name="end"/>, and whether to add it.</summary>
    internal LogAppendResult Evaluate(LogChunk chunk, long end, out bool add)
    {
        add = chunk.Start == end && end + chunk.Size <= MaxBytes && chunk.Size > 0;
        var known = chunk.Start <= end - chunk.Size;
        return add || known ? LogAppendResult.Accepted : LogAppendResult.Full;
    }
}
