using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Standalone;

namespace OrleansHybrid.Silo.Commands;

/// <summary><c>silo launcher try</c>: a launcher whose script runs on this machine, shown at work, gone without a trace.</summary>
internal static class DryRunCommand
{
    /// <summary>Runs it; gives the exit code.</summary>
    public static async Task<int> RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-try-").FullName;
        try
        {
            var rehearsal = DryRunPolicy.Write(folder, LaunchExecutor.Process, image: "none");
            var settings = SiloConfiguration.CreateTemporary(Path.Combine(folder, "data"), rehearsal.PolicyFile);
            using var lines = new SecretLeakCounter();
            await using var process = await StandaloneHost.StartAsync(settings, executesTasks: false, quiet: true, builder => builder.Logging.AddProvider(lines).SetMinimumLevel(LogLevel.Trace));
            using var steps = new DryRunSteps(process.Services, rehearsal, lines);
            await output.WriteLineAsync("provider local | executor process | its own secrets, its own database, both gone at the end");
            return await RunStepsAsync(steps, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> RunStepsAsync(DryRunSteps steps, TextWriter output)
    {
        Func<Task<DryRunStep>>[] all =
        [
            steps.WrongSecretAsync, steps.RightSecretAsync, steps.SignedCallAsync, steps.InvalidHashAsync, steps.TimeLimitAsync, steps.AuditAsync, steps.SecretsAsync,
        ];
        var passed = 0;
        foreach (var (number, step) in all.Index())
        {
            var shown = await step();
            passed += shown.Passed ? 1 : 0;
            await output.WriteLineAsync($"{number + 1} {shown.Name,-14} {(shown.Passed ? "" : "WRONG: ")}{shown.Text}");
        }

        await output.WriteLineAsync($"{passed} of {all.Length}");
        return passed == all.Length ? ExitCodes.Success : ExitCodes.Failure;
    }
}
