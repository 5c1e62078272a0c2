namespace Orleans.Hybrid.Runner.Docker;

/// <summary>What an engine and its host can do for a container.</summary>
/// <param name="Cpus">How many processors there are.</param>
/// <param name="CpuQuota">Whether their use can be limited.</param>
/// <param name="Init">Whether the engine has a first process that reaps children and passes signals on.</param>
/// <param name="DiskLimit">Whether its storage can limit what a container writes.</param>
internal sealed record DockerHost(int Cpus, bool CpuQuota, bool Init, bool DiskLimit)
{
    /// <summary>Asks the engine; whether disk can be limited only shows when a container is created.</summary>
    public static async Task<DockerHost> AskAsync(DockerEngine engine, CancellationToken cancel)
    {
        var version = await engine.VersionAsync(cancel);
        var info = await engine.InfoAsync(cancel);
        var init = version.Components?.Any(part => part.Name.EndsWith("-init", StringComparison.Ordinal)) ?? false;
        return new DockerHost(info.Cpus, info.CpuCfsQuota, init, DiskLimit: true);
    }
}
