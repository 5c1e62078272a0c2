using System.IO.Compression;

namespace OrleansHybrid.Primitives.Archives;

/// <summary>
/// The content of a code package's zip: folders, plain files and links below one folder, all of it validated before any of it is unpacked.
/// Neither the control plane that sent it nor its uploader is trusted. An upload is validated by the same rules.
/// </summary>
public sealed class CodeArchive : IDisposable
{
    /// <summary>Most files, folders and links, with folders that only paths name.</summary>
    public const int MaxEntries = 10_000;

    /// <summary>The folder for the runner's own files, which no zip may have.</summary>
    public const string ReservedFolder = ".hybrid";

    private readonly ZipArchive _archive;
    private readonly IDisposable? _held;
    private readonly ArchiveLimits _limits;
    private readonly ArchiveErrorFactory _createError;
    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _folders = [];
    private readonly HashSet<string> _knownFolders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ArchivedFile> _files = new(StringComparer.Ordinal);
    private readonly ArchiveLinks _links;
    private long _left;

    private CodeArchive(
        ZipArchive archive, IReadOnlyList<bool> separatesByBackslash, IDisposable? held, ArchiveLimits limits, ArchiveErrorFactory createError)
    {
        (this._archive, this._held, this._limits, this._createError) = (archive, held, limits, createError);
        (_links, _left) = (new ArchiveLinks(createError), limits.MaxUnpackedBytes);
        if (archive.Entries.Count != separatesByBackslash.Count)
        {
            throw createError("its directory is damaged", null);
        }

        foreach (var (entry, separates) in archive.Entries.Zip(separatesByBackslash))
        {
            Add(entry, separates);
        }

        _links.Verify();
    }

    /// <summary>Paths of all folders, each behind those that it is in.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>All files.</summary>
    public IReadOnlyCollection<ArchivedFile> Files => _files.Values;

    /// <summary>All links. They are made last, so that nothing is written through one.</summary>
    public IReadOnlyCollection<ArchivedLink> Links => _links.All;

    /// <summary>
    /// Reads a zip's directory. The file and <paramref name="held"/> are disposed with the contents, which can be read as long as that;
    /// when this throws what <paramref name="createError"/> makes, the file is closed and the rest is the caller's.
    /// </summary>
    public static CodeArchive Open(FileStream file, IDisposable? held, ArchiveLimits limits, ArchiveErrorFactory createError)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(createError);
        try
        {
            var separates = ArchiveDirectory.Read(file, createError);
            file.Position = 0;
            return new CodeArchive(new ZipArchive(file, ZipArchiveMode.Read), separates, held, limits, createError);
        }
        catch (Exception ex) when (IsArchiveError(ex))
        {
            file.Dispose();
            throw createError(ex.Message, ex);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The file that an untrusted path leads to, through links as well; null when there is none.</summary>
    public ArchivedFile? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith('/') || path.Split('/').Contains("..")
            ? null
            : _files.GetValueOrDefault(_links.Follow(string.Join('/', EntryPath.Segments(path))));
    }

    /// <summary>Reads every file to its end, and so throws for each that could not be unpacked.</summary>
    public async Task VerifyContentsAsync(CancellationToken cancellationToken)
    {
        foreach (var file in Files)
        {
            var content = file.Open();
            await using (content.ConfigureAwait(false))
            {
                await content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _archive.Dispose();
        _held?.Dispose();
    }

    /// <summary>True for exceptions that a malicious archive can make its reader throw.</summary>
    internal static bool IsArchiveError(Exception broken) =>
        broken is InvalidDataException or EndOfStreamException or ArgumentException or ArithmeticException or NotSupportedException;

    private void Add(ZipArchiveEntry entry, bool separates)
    {
        var path = EntryPath.Normalize(entry.FullName, separates, _createError);
        foreach (var folder in EntryPath.Parents(path))
        {
            AddFolder(folder);
        }

        var mode = new EntryMode(entry.ExternalAttributes);
        var isFolder = EntryPath.NormalizeSeparators(entry.FullName, separates).EndsWith('/');
        if (isFolder ? !mode.MayBeFolder : !mode.MayBeFile && !mode.IsLink)
        {
            throw _createError.ForEntry(entry.FullName, "an entry is neither a plain file nor a folder nor a symbolic link");
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
        if (!_names.TryGetValue(path, out var same))
        {
            _names.Add(path, path);
            CheckEntryCount();
            _folders.Add(path);
            _knownFolders.Add(path);
        }
        else if (same != path || !_knownFolders.Contains(path))
        {
            throw DuplicateEntry(path);
        }
    }

    private void AddFile(ZipArchiveEntry entry, string path, EntryMode mode)
    {
        if (path.Length == 0 || !_names.TryAdd(path, path))
        {
            throw DuplicateEntry(path);
        }

        if (entry.IsEncrypted)
        {
            throw _createError.ForEntry(path, "an entry is encrypted");
        }

        CheckEntryCount();
        _left -= entry.Length;
        if (entry.Length < 0 || _left < 0)
        {
            throw _createError.ForEntry(path, $"it is larger than {_limits.MaxUnpackedBytes} bytes when unpacked ({_limits.SettingName})");
        }

        if (mode.IsLink)
        {
            _links.Add(entry, path);
        }
        else
        {
            _files[path] = new ArchivedFile(path, entry, _createError) { IsExecutable = mode.IsExecutable };
        }
    }

    private void CheckEntryCount()
    {
        if (_names.Count > MaxEntries)
        {
            throw _createError($"it has too many entries: more than {MaxEntries} files and folders", null);
        }
    }

    private Exception DuplicateEntry(string path) => _createError.ForEntry(path, "two entries have one name, or differ in its case only");
}

/// <summary>One file of a zip.</summary>
public sealed class ArchivedFile
{
    private readonly ZipArchiveEntry _entry;
    private readonly ArchiveErrorFactory _createError;

    internal ArchivedFile(string path, ZipArchiveEntry entry, ArchiveErrorFactory createError) =>
        (Path, this._entry, this._createError) = (path, entry, createError);

    /// <summary>Where it goes.</summary>
    public string Path { get; }

    /// <summary>How many bytes it has.</summary>
    public long Length => _entry.Length;

    /// <summary>Whether it may be executed.</summary>
    public bool IsExecutable { get; set; }

    /// <summary>Its content, which is as long as the zip's directory says, or throws.</summary>
    public Stream Open()
    {
        try
        {
            return new EntryStream(_entry.Open(), _entry.Length, Path, _createError);
        }
        catch (Exception ex) when (CodeArchive.IsArchiveError(ex))
        {
            throw _createError.ForEntry(Path, ex.Message, ex);
        }
    }
}
