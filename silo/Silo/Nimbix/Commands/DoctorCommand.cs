using OrleansHybrid.Silo.Nimbix.Keys;
using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix.Commands;

/// <summary><c>silo launcher doctor</c>: says in a line each whether a launcher of this policy could work. It launches nothing.</summary>
internal static class DoctorCommand
{
    /// <summary>Looks at everything; gives the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        var file = ControlPlaneSettings.Read(arguments).LauncherPolicy
            ?? throw new BadSettingException("--launcher-policy", "is missing: the file of the launcher's policy.");
        var policy = LivePolicy.AtStart(file);
        var folder = Directory.CreateTempSubdirectory("hybrid-doctor-").FullName;
        try
        {
            await using var provider = Services(policy, folder).BuildServiceProvider();
            var findings = new List<Finding>();
            await foreach (var finding in FindAsync(policy, file, provider))
            {
                findings.Add(finding);
                await output.WriteLineAsync($"{finding}");
            }

            return findings.Exists(finding => finding.Verdict == Verdict.Fail) ? ExitCode.Failed : ExitCode.Fine;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IServiceCollection Services(LauncherPolicy policy, string folder) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddSingleton<Scrubber>()
        .AddSingleton<CallerSecrets>()
        .AddProvider(policy, folder);

    private static async IAsyncEnumerable<Finding> FindAsync(LauncherPolicy policy, string file, IServiceProvider services)
    {
        yield return Finding.Ok("policy", $"{policy.Version[..12]}, account {policy.Account}, {policy.Terms.Image} on {policy.Terms.MachineType}");
        yield return PolicyChecks.Secrets(policy, file, services);
        yield return PolicyChecks.Door(policy);
        yield return PolicyChecks.Bounds(policy);
        if (policy.Provider == LaunchPlace.Local)
        {
            yield return await ProviderChecks.ExecutorAsync(policy, services);
            yield break;
        }

        await foreach (var finding in new ProviderChecks(policy, services).AskAsync())
        {
            yield return finding;
        }
    }
}

/// <summary>What a check says in one word.</summary>
internal enum Verdict { Ok, Warn, Fail }

/// <summary>What a check found, in words that end in a remedy where one is needed.</summary>
internal sealed record Finding(Verdict Verdict, string Name, string Words)
{
    public static Finding Ok(string name, string words) => new(Verdict.Ok, name, words);

    public static Finding Warn(string name, string words) => new(Verdict.Warn, name, words);

    public static Finding Fail(string name, string words) => new(Verdict.Fail, name, words);

    /// <inheritdoc />
    public override string ToString() => $"{Verdict.ToString().ToLowerInvariant()} {Name}: {Words}";
}
