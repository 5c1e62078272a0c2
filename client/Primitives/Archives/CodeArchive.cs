using System.IO.Compression;

namespace OrleansHybrid.Primitives.Archives;

/// <summary>
/// What a code package's zip unpacks to: folders, plain files and links below one folder, all of it looked at before any of it is unpacked.
/// The control plane that sent it may be hostile, and so may be who uploaded it. An upload is refused by the same rules.
/// </summary>
public sealed class CodeArchive : IDisposable
{
    /// <summary>Most files, folders and links, with folders that only paths name.</summary>
    public const int MostEntries = 10_000;

    /// <summary>The folder for the runner's own files, which no zip may have.</summary>
    public const string ReservedFolder = ".hybrid";

    private readonly ZipArchive archive;
    private readonly IDisposable? held;
    private readonly ArchiveLimits limits;
    private readonly ArchiveRefusal refuse;
    private readonly Dictionary<string, string> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> folders = [];
    private readonly HashSet<string> knownFolders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ArchivedFile> files = new(StringComparer.Ordinal);
    private readonly ArchiveLinks links;
    private long left;

    private CodeArchive(
        ZipArchive archive, IReadOnlyList<bool> separatesByBackslash, IDisposable? held, ArchiveLimits limits, ArchiveRefusal refuse)
    {
        (this.archive, this.held, this.limits, this.refuse) = (archive, held, limits, refuse);
        (links, left) = (new ArchiveLinks(refuse), limits.MostUnpacked);
        if (archive.Entries.Count != separatesByBackslash.Count)
        {
            throw refuse("its directory is damaged", null);
        }

        foreach (var (entry, separates) in archive.Entries.Zip(separatesByBackslash))
        {
            Add(entry, separates);
        }

        links.Verify();
    }

    /// <summary>Paths of all folders, each behind those that it is in.</summary>
    public IReadOnlyList<string> Folders => folders;

    /// <summary>All files.</summary>
    public IReadOnlyCollection<ArchivedFile> Files => files.Values;

    /// <summary>All links. They are made last, so that nothing is written through one.</summary>
    public IReadOnlyCollection<ArchivedLink> Links => links.All;

    /// <summary>
    /// Reads a zip's directory. The file and <paramref name="held"/> are disposed with the contents, which can be read as long as that;
    /// when this throws what <paramref name="refuse"/> makes, the file is closed and the rest is the caller's.
    /// </summary>
    public static CodeArchive Open(FileStream file, IDisposable? held, ArchiveLimits limits, ArchiveRefusal refuse)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(refuse);
        try
        {
            var separates = ArchiveDirectory.Read(file, refuse);
            file.Position = 0;
            return new CodeArchive(new ZipArchive(file, ZipArchiveMode.Read), separates, held, limits, refuse);
        }
        catch (Exception broken) when (IsOfTheArchive(broken))
        {
            file.Dispose();
            throw refuse(broken.Message, broken);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The file that a path, written as anybody may, leads to, through links as well; null when there is none.</summary>
    public ArchivedFile? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith('/') || path.Split('/').Contains("..")
            ? null
            : files.GetValueOrDefault(links.Follow(string.Join('/', EntryPath.Parts(path))));
    }

    /// <summary>Reads every file to its end, and so throws for each that could not be unpacked.</summary>
    public async Task VerifyContentsAsync(CancellationToken cancel)
    {
        foreach (var file in Files)
        {
            var content = file.Open();
            await using (content.ConfigureAwait(false))
            {
                await content.CopyToAsync(Stream.Null, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        archive.Dispose();
        held?.Dispose();
    }

    /// <summary>What an archive that was made to do harm can make its reader throw.</summary>
    internal static bool IsOfTheArchive(Exception broken) =>
        broken is InvalidDataException or EndOfStreamException or ArgumentException or ArithmeticException or NotSupportedException;

    private void Add(ZipArchiveEntry entry, bool separates)
    {
        var path = EntryPath.Of(entry.FullName, separates, refuse);
        foreach (var folder in EntryPath.Above(path))
        {
            AddFolder(folder);
        }

        var mode = new EntryMode(entry.ExternalAttributes);
        var isFolder = EntryPath.Separated(entry.FullName, separates).EndsWith('/');
        if (isFolder ? !mode.MayBeFolder : !mode.MayBeFile && !mode.IsLink)
        {
            throw refuse.About(entry.FullName, "an entry is neither a plain file nor a folder nor a symbolic link");
        }

        if (!isFolder)
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
            knownFolders.Add(path);
        }
        else if (same != path || !knownFolders.Contains(path))
        {
            throw Twice(path);
        }
    }

    private void AddFile(ZipArchiveEntry entry, string path, EntryMode mode)
    {
        if (path.Length == 0 || !names.TryAdd(path, path))
        {
            throw Twice(path);
        }

        if (entry.IsEncrypted)
        {
            throw refuse.About(path, "an entry is encrypted");
        }

        Count();
        left -= entry.Length;
        if (entry.Length < 0 || left < 0)
        {
            throw refuse.About(path, $"it is larger than {limits.MostUnpacked} bytes when unpacked ({limits.Setting})");
        }

        if (mode.IsLink)
        {
            links.Add(entry, path);
        }
        else
        {
            files[path] = new ArchivedFile(path, entry, refuse) { IsExecutable = mode.IsExecutable };
        }
    }

    private void Count()
    {
        if (names.Count > MostEntries)
        {
            throw refuse($"it has too many entries: more than {MostEntries} files and folders", null);
        }
    }

    private Exception Twice(string path) => refuse.About(path, "two entries have one name, or differ in its case only");
}

/// <summary>One file of a zip.</summary>
public sealed class ArchivedFile
{
    private readonly ZipArchiveEntry entry;
    private readonly ArchiveRefusal refuse;

    internal ArchivedFile(string path, ZipArchiveEntry entry, ArchiveRefusal refuse) =>
        (Path, this.entry, this.refuse) = (path, entry, refuse);

    /// <summary>Where it goes.</summary>
    public string Path { get; }

    /// <summary>How many bytes it has.</summary>
    public long Length => entry.Length;

    /// <summary>Whether it may be executed.</summary>
    public bool IsExecutable { get; set; }

    /// <summary>Its content, which is as long as the zip's directory says, or throws.</summary>
    public Stream Open()
    {
        try
        {
            return new EntryStream(entry.Open(), entry.Length, Path, refuse);
        }
        catch (Exception broken) when (CodeArchive.IsOfTheArchive(broken))
        {
            throw refuse.About(Path, broken.Message, broken);
        }
    }
}
