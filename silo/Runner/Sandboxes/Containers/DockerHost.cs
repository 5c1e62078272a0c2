namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>The abilities of an engine and its host.</summary>
/// <param name="Cpus">How many processors there are.</param>
/// <param name="CpuQuota">Whether their use can be limited.</param>
/// <param name="Init">Whether the engine has a first process that reaps children and passes signals on.</param>
/// <param name="DiskLimit">Whether its storage can limit what a container writes.</param>
internal sealed record DockerHost(int Cpus, bool CpuQuota, bool Init, bool DiskLimit)
{
    /// <summary>All memory of the host, in bytes; 0 when the engine does not say.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The size of the disk that containers write to, in bytes; 0 where this runner can't see it.</summary>
    public long DiskBytes { get; init; }

    /// <summary>Where the engine keeps its files; empty when it does not say.</summary>
    public string DataRoot { get; init; } = "";

    /// <summary>Asks the engine; whether disk can be limited only shows when a container is created.</summary>
    public static async Task<DockerHost> QueryAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var version = await engine.VersionAsync(cancellationToken);
        var info = await engine.InfoAsync(cancellationToken);
        var init = version.Components?.Any(part => part.Name.EndsWith("-init", StringComparison.Ordinal)) ?? false;
        var root = info.DockerRootDir ?? "";
        return new DockerHost((int)info.NCPU, info.CPUCfsQuota, init, DiskLimit: true)
        {
            MemoryBytes = info.MemTotal,
            DiskBytes = engine.IsLocal && Directory.Exists(root) ? new DriveInfo(root).TotalSize : 0,
            DataRoot = Path.TrimEndingDirectorySeparator(root),
        };
    }
}
