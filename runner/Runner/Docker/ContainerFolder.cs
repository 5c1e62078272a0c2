using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;

namespace Orleans.Hybrid.Runner.Docker;

/// <summary>One file to put into a container.</summary>
internal sealed record ContainerFile(string Name, byte[] Content);

/// <summary>
/// One folder with files in it, as the tar stream that an engine unpacks. Whatever user the image runs as may read and
/// write all of it: the container is the boundary, not its users.
/// </summary>
internal sealed class ContainerFolder : HttpContent
{
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private const UnixFileMode Enter =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly string folder;
    private readonly IReadOnlyList<ContainerFile> files;

    public ContainerFolder(string folder, IReadOnlyList<ContainerFile> files)
    {
        this.folder = folder.TrimStart('/');
        this.files = files;
        Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
    }

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, $"{folder}/") { Mode = ReadWrite | Enter });
        foreach (var file in files)
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $"{folder}/{file.Name}")
            {
                Mode = ReadWrite,
                DataStream = new MemoryStream(file.Content, writable: false),
            });
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
