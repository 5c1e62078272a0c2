using System.IO.Compression;
using Orleans.Hybrid.Runner.Execution;

namespace Orleans.Hybrid.Runner.Zips;

/// <summary>
/// What a zip unpacks to: folders and plain files below one folder, all of it looked at before any of it is unpacked. The control plane
/// that sent it may be hostile, and so may be who uploaded it.
/// </summary>
internal sealed class ZipContents : IDisposable
{
    private const int MostEntries = 10_000;

    private readonly ZipArchive archive;
    private readonly IDisposable held;
    private readonly Dictionary<string, string> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> folders = [];
    private readonly Dictionary<string, ZippedFile> files = [];
    private long left;

    private ZipContents(ZipArchive archive, IDisposable held, long mostUnpacked)
    {
        this.archive = archive;
        this.held = held;
        left = mostUnpacked;
        foreach (var entry in archive.Entries)
        {
            Add(entry);
        }
    }

    /// <summary>Paths of all folders, each behind those that it is in.</summary>
    public IReadOnlyList<string> Folders => folders;

    /// <summary>All files.</summary>
    public IReadOnlyCollection<ZippedFile> Files => files.Values;

    /// <summary>
    /// Reads a zip's directory. The file and <paramref name="held"/> are disposed with the contents, which can be read as long as that;
    /// when this throws <see cref="SandboxException"/>, the file is closed and the rest is the caller's.
    /// </summary>
    public static ZipContents Open(FileStream file, IDisposable held, long mostUnpacked)
    {
        try
        {
            ZipEnd.Verify(file);
            file.Position = 0;
            return new ZipContents(new ZipArchive(file, ZipArchiveMode.Read), held, mostUnpacked);
        }
        catch (Exception broken) when (IsOfTheZip(broken))
        {
            file.Dispose();
            throw BadZip.Because(broken.Message, broken);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What an archive that was made to do harm can make its reader throw.</summary>
    public static bool IsOfTheZip(Exception broken) =>
        broken is InvalidDataException or EndOfStreamException or ArgumentException or ArithmeticException or NotSupportedException;

    /// <summary>Whether there is a file of this name, written as anybody may.</summary>
    public bool Has(string path) => files.ContainsKey(ZipPath.Of(path));

    /// <inheritdoc/>
    public void Dispose()
    {
        archive.Dispose();
        held.Dispose();
    }

    private void Add(ZipArchiveEntry entry)
    {
        var path = ZipPath.Of(entry.FullName);
        foreach (var folder in ZipPath.Above(path))
        {
            AddFolder(folder);
        }

        var mode = new ZipMode(entry.ExternalAttributes);
        if (entry.FullName.EndsWith('/') ? !mode.MayBeFolder : !mode.MayBeFile)
        {
            throw BadZip.Because("an entry is neither a plain file nor a folder, as a link is not", entry.FullName);
        }

        if (!entry.FullName.EndsWith('/'))
        {
            AddFile(entry, path, mode);
        }
        else if (path.Length > 0)
        {
            AddFolder(path);
        }
    }

    private void AddFolder(string path)
    {
        if (!names.TryGetValue(path, out var same))
        {
            names.Add(path, path);
            Count();
            folders.Add(path);
        }
        else if (same != path || files.ContainsKey(path))
        {
            throw Twice(path);
        }
    }

    private void AddFile(ZipArchiveEntry entry, string path, ZipMode mode)
    {
        if (path.Length == 0 || !names.TryAdd(path, path))
        {
            throw Twice(path);
        }

        if (entry.IsEncrypted)
        {
            throw BadZip.Because("an entry is encrypted", path);
        }

        Count();
        left -= entry.Length;
        if (entry.Length < 0 || left < 0)
        {
            throw BadZip.Because("it is larger, when unpacked, than this runner's ZIP_UNPACKED_LIMIT");
        }

        files[path] = new ZippedFile(path, mode.IsExecutable, entry);
    }

    private void Count()
    {
        if (names.Count > MostEntries)
        {
            throw BadZip.Because($"it has more than {MostEntries} files and folders");
        }
    }

    private static SandboxException Twice(string path) =>
        BadZip.Because("two entries have one name, or differ in its case only", path);
}

/// <summary>One file of a zip.</summary>
internal sealed record ZippedFile(string Path, bool IsExecutable, ZipArchiveEntry Entry)
{
    /// <summary>Its content, which is as long as the zip's directory says, or throws <see cref="SandboxException"/>.</summary>
    public Stream Open()
    {
        try
        {
            return new ExactStream(Entry.Open(), Entry.Length, Path);
        }
        catch (Exception broken) when (ZipContents.IsOfTheZip(broken))
        {
            throw BadZip.Because(broken.Message, broken);
        }
    }
}
