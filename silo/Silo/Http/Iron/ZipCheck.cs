using System.Buffers.Binary;
using System.IO.Compression;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>
/// Looks at what came as a zip before anybody keeps or unpacks it. Only its directory is believed, and only as far as it does
/// no harm: whoever unpacks it counts for himself.
/// </summary>
internal static class ZipCheck
{
    private const int MostEntries = 10_000;
    private const int LargestDirectory = 4 << 20;
    private const int LongestPath = 1024;
    private const int EndLength = 22;

    private static ReadOnlySpan<byte> EndSignature => "PK\x05\x06"u8;

    /// <summary>Throws <see cref="RefusedException"/> when this is no zip, or one that could do harm.</summary>
    public static void Verify(FileStream file, long mostUnpacked)
    {
        VerifyHead(file);
        VerifyDirectory(file);
        try
        {
            file.Position = 0;
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var left = mostUnpacked;
            foreach (var entry in zip.Entries)
            {
                if (!StaysInside(entry.FullName))
                {
                    throw new RefusedException("file: the zip has a path that leads out of its folder, or is none");
                }

                left -= entry.Length;
                if (entry.Length < 0 || left < 0)
                {
                    throw new RefusedException($"file: the zip is larger than {mostUnpacked} bytes when unpacked");
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            throw new RefusedException($"file is not a good zip: {broken.Message}");
        }
    }

    /// <summary>True for a path of a file or folder that is not outside of the folder in which it is looked up.</summary>
    public static bool StaysInside(string path) =>
        path.Length is > 0 and <= LongestPath
        && path[0] is not '/'
        && !path.Any(c => c is '\\' or ':' || char.IsControl(c))
        && !path.Split('/').Contains("..");

    private static void VerifyHead(FileStream file)
    {
        Span<byte> head = stackalloc byte[4];
        file.Position = 0;
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (head.StartsWith("b'PK"u8) || head.StartsWith("b\"PK"u8))
        {
            throw new RefusedException(
                "file is not a zip but the text of one, b'PK...': the Python client does that under Python 3; "
                + "use another client, or Python 2");
        }

        if (read < head.Length || !head.StartsWith("PK"u8))
        {
            throw new RefusedException("file is not a zip");
        }
    }

    /// <summary>A directory takes memory when it is read, whatever it says of itself: so a long one is not read at all.</summary>
    private static void VerifyDirectory(FileStream file)
    {
        var tail = new byte[Math.Min(file.Length, EndLength + ushort.MaxValue)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf(EndSignature);
        if (at < 0 || tail.Length - at < EndLength)
        {
            throw new RefusedException("file is not a good zip: it has no end, and may have been cut off");
        }

        var disks = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 4));
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10));
        var directory = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16));
        // Numbers of disks, too, can say that the directory is where a zip64 record has it, and so not where it was measured.
        if (disks != 0 || directory > file.Length)
        {
            throw new RefusedException("file is not a zip that is taken: its directory is not where it should be (zip64 is not taken)");
        }

        if (entries > MostEntries || file.Length - directory > LargestDirectory + tail.Length)
        {
            throw new RefusedException($"file: the zip has too many entries: {MostEntries} are taken, in a directory of 4 MiB");
        }
    }
}
