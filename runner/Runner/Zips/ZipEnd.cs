using System.Buffers.Binary;

namespace Orleans.Hybrid.Runner.Zips;

/// <summary>
/// The record at a zip's end, which says where its directory is. The directory takes memory when it is read, so that a long one, or one
/// that is elsewhere than the record says, is not read at all.
/// </summary>
internal static class ZipEnd
{
    private const int LargestDirectory = 4 << 20;
    private const int Length = 22;

    private static ReadOnlySpan<byte> Signature => "PK\x05\x06"u8;

    /// <summary>Throws when the directory is too large, or not where it should be.</summary>
    public static void Verify(FileStream file)
    {
        var tail = new byte[Math.Min(file.Length, Length + ushort.MaxValue)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf(Signature);
        if (at < 0 || tail.Length - at < Length)
        {
            throw BadZip.Because("it has no end");
        }

        var record = tail.AsSpan(at);
        var (disks, entries) = (BinaryPrimitives.ReadUInt32LittleEndian(record[4..]), BinaryPrimitives.ReadUInt16LittleEndian(record[10..]));
        var directory = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        var end = file.Length - tail.Length + at;
        if (disks != 0 || entries == ushort.MaxValue || directory > end)
        {
            throw BadZip.Because("its directory is not where it should be (zip64 and zips in parts are not taken)");
        }

        if (end - directory > LargestDirectory)
        {
            throw BadZip.Because($"its directory is larger than {LargestDirectory} bytes");
        }
    }
}
