using System.IO.Compression;
using System.Text;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>Zips, good and not so good.</summary>
internal static class TestZips
{
    public static byte[] Small { get; } = With("hello.sh");

    /// <summary>A zip with a short file under each path.</summary>
    public static byte[] With(params IReadOnlyList<string> paths) =>
        Make(CompressionLevel.Fastest, paths.Select(path => (path, Encoding.UTF8.GetBytes($"echo {path}"))));

    /// <summary>A zip of chance, not compressed: some hundred bytes larger than <paramref name="size"/>.</summary>
    public static byte[] OfSize(int size)
    {
        var bytes = new byte[size];
        new Random(7).NextBytes(bytes);
        return Make(CompressionLevel.NoCompression, [("chance", bytes)]);
    }

    /// <summary>A small zip of many zeros.</summary>
    public static byte[] Bomb(int unpacked) => Make(CompressionLevel.Fastest, [("zeros", new byte[unpacked])]);

    /// <summary>A zip of these files with their Unix modes; a link's text is where it points to.</summary>
    public static byte[] Of(params IReadOnlyList<(string Path, string Text, int Mode)> files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, text, mode) in files)
            {
                var entry = zip.CreateEntry(path, CompressionLevel.Fastest);
                entry.ExternalAttributes = mode << 16;
                using var content = entry.Open();
                content.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return packed.ToArray();
    }

    private static byte[] Make(CompressionLevel level, IEnumerable<(string Path, byte[] Bytes)> files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in files)
            {
                using var entry = zip.CreateEntry(path, level).Open();
                entry.Write(bytes);
            }
        }

        return packed.ToArray();
    }
}
