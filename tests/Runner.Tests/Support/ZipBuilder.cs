using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>Zips for tests, good ones and others.</summary>
internal static class ZipBuilder
{
    /// <summary>A plain file that all may execute, as a Unix zip says it.</summary>
    public const int Executable = 0x81ed << 16;

    /// <summary>A symbolic link, whose text is where it points to.</summary>
    public const int Link = unchecked((int)0xa1ffu << 16);

    /// <summary>A zip of text files; a name that ends in a slash is a folder.</summary>
    public static byte[] Of(params (string Name, string Text)[] entries) => Of(zip =>
    {
        foreach (var (name, text) in entries)
        {
            Add(zip, name, text);
        }
    });

    public static byte[] Of(Action<ZipArchive> fill)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            fill(zip);
        }

        return bytes.ToArray();
    }

    public static void Add(ZipArchive zip, string name, string text, int attributes = 0)
    {
        var entry = zip.CreateEntry(name);
        entry.ExternalAttributes = attributes;
        if (text.Length > 0)
        {
            using var content = entry.Open();
            content.Write(Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>A zip of one file of random bytes, so that it has about that size itself.</summary>
    public static byte[] OfSize(int size) => Of(zip =>
    {
        using var content = zip.CreateEntry("random", CompressionLevel.NoCompression).Open();
        content.Write(RandomNumberGenerator.GetBytes(size));
    });

    /// <summary>How an order names it.</summary>
    public static TaskZip Named(byte[] zip, string fileName = "", string runtime = "") => new()
    {
        CodeId = new string('c', 24),
        Rev = 1,
        Size = zip.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(zip)),
        FileName = fileName,
        Runtime = runtime,
    };

    /// <summary>Overwrites bytes at a place in every record that begins with this signature.</summary>
    public static byte[] Forge(byte[] zip, string signature, int at, params byte[] forged)
    {
        var bytes = zip.ToArray();
        var mark = Encoding.Latin1.GetBytes(signature);
        for (var i = 0; i + mark.Length <= zip.Length; i++)
        {
            if (zip.AsSpan(i, mark.Length).SequenceEqual(mark))
            {
                forged.CopyTo(bytes, i + at);
            }
        }

        return bytes;
    }
}
