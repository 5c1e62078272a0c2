using System.Net;
using Microsoft.Extensions.Configuration;
using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>All checks for a runner's settings, in the order in which a person would check.</summary>
internal static class Checks
{
    private static readonly string[] ControlPlaneCheckNames = ["dns", "tcp", "proxy", "tls", "control-plane", "clock", "token"];
    private static readonly string[] EngineCheckNames = ["engine", "limits", "network", "docker-disk", "container"];

    /// <param name="source">The settings as they came.</param>
    /// <param name="secrets">The secrets beside them.</param>
    /// <param name="options">The same, read; null when they can't be.</param>
    /// <param name="settings">The settings as read.</param>
    /// <param name="image">The image for a test container; null when none was named.</param>
    /// <param name="proxies">Which proxy there is for an address.</param>
    public static IReadOnlyList<Check> Create(
        IConfiguration source, SecretSource secrets, RunnerOptions? options, CheckResult settings, string? image, IWebProxy proxies) =>
    [
        Check.Completed("settings", settings),
        .. Remote(options, proxies),
        .. Engine(source, options, image),
        options is null ? Check.Completed("state", Skipped) : DiskSpaceCheck.ForState(options),
        .. new KeyChecks(secrets).All,
    ];

    private static CheckResult Skipped => CheckResult.Warn("not checked: fix the settings first");

    private static IEnumerable<Check> Remote(RunnerOptions? options, IWebProxy proxies)
    {
        if (options?.ApiUrl is not { } address)
        {
            var why = options is null ? Skipped : CheckResult.Warn("not checked: LINK=grains uses the silos' network");
            return ControlPlaneCheckNames.Select(name => Check.Completed(name, why));
        }

        var route = new ControlPlaneRoute(address, proxies, options.Authorities);
        return
        [
            .. new NetworkChecks(route).All,
            new TlsCheck(route, TimeProvider.System).Check,
            .. new ControlPlaneChecks(route, options, TimeProvider.System).All,
        ];
    }

    private static IEnumerable<Check> Engine(IConfiguration source, RunnerOptions? options, string? image)
    {
        if (options?.Executor == ExecutorKind.Process)
        {
            return [Check.Completed("engine", CheckResult.Warn("EXECUTOR is process: convenient, and no security boundary"))];
        }

        try
        {
            var address = DockerAddress.FromEnvironment();
            var tasks = options?.Docker ?? new DockerOptions();
            return [.. new EngineChecks(address, tasks).All, new ContainerCheck(address, tasks, image, source["RUNNER_IMAGE"]).Check];
        }
        catch (FormatException ex)
        {
            return EngineCheckNames.Select(name => Check.Completed(name, CheckResult.Fail(ex.Message)));
        }
    }
}
