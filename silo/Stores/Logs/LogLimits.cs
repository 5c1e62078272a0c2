using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Stores.Logs;

/// <summary>How large one attempt's log may grow in the store, in bytes. Runners cut and mark earlier; this is the backstop.</summary>
public sealed record LogLimits(long MostBytes = LogLimits.DefaultMostBytes)
{
    /// <summary>A little above what a runner sends by default, marker included.</summary>
    public const long DefaultMostBytes = (10L << 20) + (64 << 10);

    /// <summary>What to answer for a chunk when the log ends at <paramref name="end"/>, and whether to add it.</summary>
    internal AppendAnswer Answer(LogChunk chunk, long end, out bool add)
    {
        add = chunk.Start == end && end + chunk.Size <= MostBytes && chunk.Size > 0;
        var known = chunk.Start + chunk.Size <= end;
        return add || known ? AppendAnswer.Accepted : AppendAnswer.Full;
    }
}
