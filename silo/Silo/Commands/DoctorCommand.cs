using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Standalone;

namespace OrleansHybrid.Silo.Commands;

/// <summary><c>silo launcher doctor</c>: says in a line each whether a launcher of this policy could work. It launches nothing.</summary>
internal static class DoctorCommand
{
    /// <summary>Looks at everything; gives the exit code.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration, TextWriter output)
    {
        var file = configuration.GetSetting(SiloConfiguration.LauncherPolicyVariable)
            ?? throw new ConfigurationException("--launcher-policy", "is missing: the file of the launcher's policy.");
        var policy = PolicyMonitor.LoadAtStartup(file);
        var folder = Directory.CreateTempSubdirectory("hybrid-doctor-").FullName;
        try
        {
            await using var provider = Services(policy, folder).BuildServiceProvider();
            var findings = new List<CheckResult>();
            await foreach (var finding in CheckAsync(policy, file, provider))
            {
                findings.Add(finding);
                await output.WriteLineAsync($"{finding}");
            }

            return findings.Exists(finding => finding.Status == CheckStatus.Fail) ? ExitCodes.Failure : ExitCodes.Success;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IServiceCollection Services(LauncherPolicy policy, string folder) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new SecretRedactor())
        .AddSingleton<CallerSecrets>()
        .AddProvider(policy, folder);

    private static async IAsyncEnumerable<CheckResult> CheckAsync(LauncherPolicy policy, string file, IServiceProvider services)
    {
        yield return CheckResult.Ok("policy", $"{policy.Version[..12]}, account {policy.Account}, {policy.Profile.Image} on {policy.Profile.MachineType}");
        yield return PolicyChecks.Secrets(policy, file, services);
        yield return PolicyChecks.Listener(policy);
        yield return PolicyChecks.Limits(policy);
        if (policy.Provider == LaunchProviderKind.Local)
        {
            yield return await CheckExecutorAsync(policy, services);
            yield break;
        }

        await foreach (var finding in new ProviderChecks(policy, services).RunAsync())
        {
            yield return finding;
        }
    }

    // Whether scripts can be run on this machine.
    private static async Task<CheckResult> CheckExecutorAsync(LauncherPolicy policy, IServiceProvider services)
    {
        const string risk = "process: what a script does, it does as the silo's user; say executor: docker for code of others";
        return await LocalSetup.FindProblemAsync(policy.Executor, services, CancellationToken.None) is { } problem ? CheckResult.Fail("executor", problem)
            : policy.Executor == LaunchExecutor.Docker ? CheckResult.Ok("executor", "docker")
            : CheckResult.Warn("executor", risk);
    }
}
