namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>A disk of 32 MiB, in memory.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("hybrid-disk-").FullName;

    public static async Task<SmallDisk> MountAsync()
    {
        var disk = new SmallDisk();
        await SystemCommand.RunAsync("mount", "-t", "tmpfs", "-o", "size=32m,mode=755", "tmpfs", disk.Folder);
        return disk;
    }

    /// <summary>Leaves so many MiB of it free.</summary>
    public Task FillAsync(int left) => File.WriteAllBytesAsync(
        Path.Combine(Folder, "fill"), new byte[new DriveInfo(Folder).AvailableFreeSpace - ((long)left << 20)]);

    /// <summary>Takes that away again.</summary>
    public void Free() => File.Delete(Path.Combine(Folder, "fill"));

    public async ValueTask DisposeAsync()
    {
        await SystemCommand.RunAsync("umount", "--lazy", Folder);
        Directory.Delete(Folder);
    }
}
