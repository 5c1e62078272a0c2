using System.IO.Compression;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Logs;

/// <summary>
/// A piece of a log on its way into the store: where it begins, how long it is, its bytes, deflated, and its
/// <see cref="StreamRuns"/>.
/// </summary>
internal sealed record LogChunk(LeaseFence Fence, long Start, int Size, byte[] Data, byte[]? Runs)
{
    /// <summary>The chunk for a piece.</summary>
    public static LogChunk Of(LogAppend piece)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest))
        {
            deflate.Write(piece.Data.Span);
        }

        var runs = piece.Runs is { } lengths ? StreamRuns.Pack(lengths) : null;
        return new LogChunk(piece.Fence, piece.Offset, piece.Data.Length, packed.ToArray(), runs);
    }
}
