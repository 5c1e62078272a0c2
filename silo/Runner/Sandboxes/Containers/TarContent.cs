using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>
/// One folder with what is in it, as the tar stream that an engine unpacks; nothing is opened before it is sent. Whatever user the image
/// runs as may read and write all of it: the container is the boundary, not its users.
/// </summary>
internal sealed class TarContent : HttpContent
{
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private const UnixFileMode Execute =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly HashSet<string> _folders = [];
    private readonly List<ArchiveEntry> _entries = [];

    public TarContent() => Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");

    /// <summary>Adds a folder by its absolute path, once; those above it come first.</summary>
    public void Add(string path)
    {
        if (_folders.Add(path))
        {
            _entries.Add(new ArchiveEntry(TarPath(path) + "/", null, ReadWrite | Execute));
        }
    }

    /// <summary>Adds a file by its absolute path.</summary>
    public void Add(string path, byte[] content) => Add(path, () => new MemoryStream(content, writable: false), isExecutable: false);

    /// <summary>Adds a file whose content can tell its length.</summary>
    public void Add(string path, Func<Stream> open, bool isExecutable) =>
        _entries.Add(new ArchiveEntry(TarPath(path), open, isExecutable ? ReadWrite | Execute : ReadWrite));

    /// <summary>Adds a symbolic link; nothing may be added below it.</summary>
    public void AddLink(string path, string target) => _entries.Add(new ArchiveEntry(TarPath(path), null, ReadWrite | Execute, target));

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var (path, open, mode, target) in _entries)
        {
            if (target is not null)
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, path) { Mode = mode, LinkName = target });
                continue;
            }

            if (open is null)
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, path) { Mode = mode });
                continue;
            }

            await using var content = open();
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { Mode = mode, DataStream = content });
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private static string TarPath(string path) => path.TrimStart('/');

    /// <summary>The tar header of one folder, file or link.</summary>
    private sealed record ArchiveEntry(string Path, Func<Stream>? Open, UnixFileMode Mode, string? Target = null);
}
