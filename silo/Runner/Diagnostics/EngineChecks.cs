using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>Checks that a Docker engine responds, has a supported API version, and can limit what tasks use.</summary>
/// <param name="address">The engine.</param>
/// <param name="taskOptions">The limits of tasks' containers.</param>
internal sealed class EngineChecks(DockerAddress address, DockerOptions taskOptions)
{
    private static readonly DockerTimeouts ShortTimeouts = new() { Response = TimeSpan.FromSeconds(8) };

    public IEnumerable<Check> All =>
    [
        new("engine", EngineAsync), new("limits", LimitsAsync), new("network", NetworkAsync), new("docker-disk", DiskAsync),
    ];

    private async Task<CheckResult> EngineAsync(CancellationToken cancellationToken)
    {
        using var engine = new DockerEngine(address, ShortTimeouts);
        var version = await engine.VersionAsync(cancellationToken);
        // The first call that is said in a version shows whether there is one in common.
        await engine.PingAsync(cancellationToken);
        return CheckResult.Ok($"Docker {version.Version} at {address}, API {version.APIVersion}");
    }

    private async Task<CheckResult> LimitsAsync(CancellationToken cancellationToken)
    {
        using var engine = new DockerEngine(address, ShortTimeouts);
        var host = await engine.InfoAsync(cancellationToken);
        (string What, bool Can)[] limits =
        [
            ("memory", host.MemoryLimit), ("swap", host.SwapLimit), ("processes", host.PidsLimit), ("processors", host.CPUCfsQuota),
        ];
        var cgroup = $"cgroup v{host.CgroupVersion} by {host.CgroupDriver}";
        var missing = string.Join(", ", limits.Where(limit => !limit.Can).Select(limit => limit.What));
        return missing.Length == 0
            ? CheckResult.Ok($"memory, swap, processes and processors of tasks can be limited ({cgroup})")
            : CheckResult.Warn($"tasks can't be limited in: {missing} ({cgroup}); the host's kernel or its cgroup delegation lacks it");
    }

    private async Task<CheckResult> NetworkAsync(CancellationToken cancellationToken)
    {
        if (taskOptions.Network == "none")
        {
            return CheckResult.Ok("tasks have no network");
        }

        using var engine = new DockerEngine(address, ShortTimeouts);
        var network = taskOptions.Network;
        if (network == taskOptions.TaskNetworkName)
        {
            network = await new TaskNetwork(engine, network, NullLogger.Instance).EnsureAsync(network, cancellationToken);
        }

        var found = await engine.FindNetworkAsync(network, cancellationToken);
        return found is null ? CheckResult.Fail($"there is no network {network}: make it, or leave TASK_NETWORK out")
            : found.IsIsolated ? CheckResult.Ok($"tasks are on the network {network}, and can't reach each other there")
            : CheckResult.Warn($"tasks are on the network {network}, where they can reach each other{Remedy(network)}");
    }

    private string Remedy(string network) => taskOptions.Network != taskOptions.TaskNetworkName ? ": leave TASK_NETWORK out for one where they can't"
        : network == taskOptions.TaskNetworkName ? ": it was created by hand; remove it, and the runner creates it isolated"
        : $": this engine can't create {taskOptions.TaskNetworkName}; docker network create {taskOptions.TaskNetworkName} says why, often no free addresses";

    private async Task<CheckResult> DiskAsync(CancellationToken cancellationToken)
    {
        using var engine = new DockerEngine(address, ShortTimeouts);
        var root = (await engine.InfoAsync(cancellationToken)).DockerRootDir;
        if (address.SocketPath is not null && Directory.Exists(root))
        {
            return DiskSpaceCheck.Measure(root, "images and containers");
        }

        // The engine keeps the files of its containers beside its images, so that a container's root has the same room.
        return address.SocketPath is not null && File.Exists("/.dockerenv")
            ? DiskSpaceCheck.Measure("/", $"images and containers, in {root} of the host")
            : CheckResult.Warn($"{root} can't be seen from here: look on the engine's host with df -h {root}");
    }
}
