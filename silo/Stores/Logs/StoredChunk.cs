using System.Data.Common;
using System.IO.Compression;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Logs;

/// <summary>A row of <c>log_read</c>, still deflated: of a mebibyte that is wanted, not all that were read are needed.</summary>
internal sealed record StoredChunk(long Start, int Size, byte[] Data, byte[]? Runs)
{
    private const int MaxReadBytes = 1 << 20;

    /// <summary>Reads the row.</summary>
    public static StoredChunk Read(DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt32(1), row.GetByteArray(2), row.GetByteArrayOrNull(3));

    /// <summary>The bytes from <paramref name="offset"/> on, about a mebibyte at most.</summary>
    public static byte[] Join(long offset, IReadOnlyList<StoredChunk> chunks)
    {
        using var joined = new MemoryStream();
        foreach (var chunk in After(offset, chunks).TakeWhile(_ => joined.Length < MaxReadBytes))
        {
            joined.Write(chunk.Inflate().AsSpan(chunk.Passed(offset)));
        }

        return joined.ToArray();
    }

    /// <summary>The standard output among about a mebibyte from <paramref name="offset"/> on.</summary>
    public static LogOutput JoinOutput(long offset, IReadOnlyList<StoredChunk> chunks)
    {
        using var joined = new MemoryStream();
        var end = offset;
        foreach (var chunk in After(offset, chunks).TakeWhile(_ => end - offset < MaxReadBytes))
        {
            var (data, passed) = (chunk.Inflate(), chunk.Passed(offset));
            foreach (var (from, to) in StreamRuns.OutputIn(data.Length, chunk.Runs))
            {
                joined.Write(data.AsSpan()[Math.Max(from, passed)..Math.Max(to, passed)]);
            }

            end = chunk.Start + chunk.Size;
        }

        return new LogOutput(joined.ToArray(), end);
    }

    private static IEnumerable<StoredChunk> After(long offset, IReadOnlyList<StoredChunk> chunks) =>
        chunks.Where(chunk => chunk.Passed(offset) < chunk.Size);

    /// <summary>How many of its bytes are before an offset.</summary>
    private int Passed(long offset) => (int)Math.Clamp(offset - Start, 0, Size);

    private byte[] Inflate()
    {
        var data = new byte[Size];
        using var deflate = new DeflateStream(new MemoryStream(Data), CompressionMode.Decompress);
        deflate.ReadExactly(data);
        return data;
    }
}
