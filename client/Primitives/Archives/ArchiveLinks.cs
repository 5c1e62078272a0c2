using System.IO.Compression;
using System.Text;

namespace OrleansHybrid.Primitives.Archives;

/// <summary>A symbolic link of a zip.</summary>
/// <param name="Path">Where it goes.</param>
/// <param name="Target">Its target, relative to the folder that it is in.</param>
public sealed record ArchivedLink(string Path, string Target);

/// <summary>A zip's symbolic links: relative ones that stay inside, also when one leads through others.</summary>
internal sealed class ArchiveLinks(ArchiveErrorFactory createError)
{
    // As many as the kernel follows.
    private const int MaxHops = 40;
    private const int MaxSteps = 500_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, ArchivedLink> _links = new(StringComparer.Ordinal);
    private int _steps;

    public IReadOnlyCollection<ArchivedLink> All => _links.Values;

    public void Add(ZipArchiveEntry entry, string path)
    {
        if (entry.Length is 0 or > EntryPath.MaxLength)
        {
            throw createError.ForEntry(path, $"a link points nowhere, or to a path longer than {EntryPath.MaxLength} bytes");
        }

        var target = ReadTarget(entry, path);
        if (target.StartsWith('/') || target.Any(char.IsControl))
        {
            throw createError.ForEntry(path, $"a link points to an absolute path, and so out of the folder: {EntryErrors.Quote(target)}");
        }

        _links.Add(path, new ArchivedLink(path, target));
    }

    /// <summary>Throws unless every link stays inside.</summary>
    public void Verify()
    {
        foreach (var link in _links.Values)
        {
            _ = Follow(link.Path, link.Path);
        }
    }

    /// <summary>The target of a path once all links on its way were followed.</summary>
    public string Follow(string path)
    {
        _steps = 0;
        return Follow(path, path);
    }

    private string Follow(string path, string link)
    {
        var (inside, ahead, hops) = (new List<string>(), new Stack<string>(EntryPath.Segments(path).Reverse()), 0);
        while (ahead.TryPop(out var part))
        {
            if (++_steps > MaxSteps)
            {
                throw createError.ForEntry(link, "its links are too many to follow them all");
            }

            if (part != "..")
            {
                inside.Add(part);
            }
            else if (inside.Count > 0)
            {
                inside.RemoveAt(inside.Count - 1);
            }
            else
            {
                throw createError.ForEntry(link, $"a link leads out of the folder: {EntryErrors.Quote(_links[link].Target)}");
            }

            if (part != ".." && _links.TryGetValue(string.Join('/', inside), out var found))
            {
                inside.RemoveAt(inside.Count - 1);
                Array.ForEach([.. EntryPath.Segments(found.Target).Reverse()], ahead.Push);
                hops = hops < MaxHops
                    ? hops + 1
                    : throw createError.ForEntry(link, $"a link leads through more than {MaxHops} others, or round in a circle");
            }
        }

        return string.Join('/', inside);
    }

    private string ReadTarget(ZipArchiveEntry entry, string path)
    {
        try
        {
            using var content = new EntryStream(entry.Open(), entry.Length, path, createError);
            var bytes = new byte[entry.Length];
            content.ReadExactly(bytes);
            return Strict.GetString(bytes);
        }
        catch (Exception ex) when (CodeArchive.IsArchiveError(ex))
        {
            throw createError.ForEntry(path, $"a link can't be read: {ex.Message}", ex);
        }
    }
}
