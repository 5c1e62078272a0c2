using System.Data.Common;
using System.IO.Compression;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Stores.Logs;

/// <summary>A piece of a log on its way into the store: where it begins, how long it is, and its bytes, deflated.</summary>
internal sealed record LogChunk(LeaseFence Fence, long Start, int Size, byte[] Data)
{
    private const int MostAtOnce = 1 << 20;

    /// <summary>The chunk for a piece.</summary>
    public static LogChunk Of(LogAppend piece)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest))
        {
            deflate.Write(piece.Data.Span);
        }

        return new LogChunk(piece.Fence, piece.Offset, piece.Data.Length, packed.ToArray());
    }

    /// <summary>Reads a row of <c>log_read</c>: where it begins, and its bytes.</summary>
    public static (long Start, byte[] Data) Read(DbDataReader row)
    {
        var data = new byte[row.GetInt32(1)];
        using var deflate = new DeflateStream(new MemoryStream(row.Bytes(2)), CompressionMode.Decompress);
        deflate.ReadExactly(data);
        return (row.GetInt64(0), data);
    }

    /// <summary>The bytes from <paramref name="offset"/> on, about a mebibyte at most.</summary>
    public static byte[] Join(long offset, IReadOnlyList<(long Start, byte[] Data)> chunks)
    {
        using var joined = new MemoryStream();
        foreach (var (start, data) in chunks.TakeWhile(_ => joined.Length < MostAtOnce))
        {
            joined.Write(data.AsSpan((int)Math.Clamp(offset - start, 0, data.Length)));
        }

        return joined.ToArray();
    }
}
