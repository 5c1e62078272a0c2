using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Runner;
using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Standalone.Demo;

/// <summary><c>silo demo [--json]</c>: shows control plane and runners at work in one process, and leaves no files.</summary>
internal static class DemoCommand
{
    private const int Steps = 7;
    private const int Slots = 2;

    public static Command Build()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document", Arity = ArgumentArity.Zero };
        var command = new Command("demo", "Show control plane, runner and launcher at work, from end to end, and leave nothing behind") { json };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(json), parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>Runs it; gives the exit code.</summary>
    private static async Task<int> RunAsync(bool asJson, TextWriter output)
    {
        var clock = Stopwatch.StartNew();
        var report = new DemoReport(output, asJson);
        var folder = Directory.CreateTempSubdirectory("hybrid-demo-").FullName;
        try
        {
            await ShowAsync(report, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return report.End(clock.Elapsed, Steps);
    }

    private static async Task ShowAsync(DemoReport report, string folder)
    {
        var executor = await ExecutorChoice.ForDemoAsync();
        var rehearsal = DryRunPolicy.Write(folder, executor.Kind == ExecutorKind.Docker ? LaunchExecutor.Docker : LaunchExecutor.Process, executor.Image);
        using var lines = new SecretLeakCounter();
        await using var process = await StandaloneHost.StartAsync(
            SiloConfiguration.CreateTemporary(folder, rehearsal.PolicyFile),
            executesTasks: true,
            quiet: true,
            builder => builder.Logging.AddProvider(lines).SetMinimumLevel(LogLevel.Trace));
        report.Begin(process.Connection.Store, executor.Description, executor.Notice);

        var hex = NewKey();
        using var keys = Keys(hex);
        using var key = Key(hex);
        using var client = Client(process.Connection, key);
        using var unsealed = Client(process.Connection, null);
        var wishes = new LocalRunnerOptions(executor.Kind, Slots, keys);
        var started = 0;
        await using var steps = new DemoSteps(
            client,
            unsealed,
            cluster => new LocalRunner(
                LocalRunner.Options(process.Connection, wishes, Path.Combine(folder, $"runner-{++started}")) with
                {
                    ClusterId = cluster.Id,
                    ClusterToken = cluster.Token!,
                },
                process.Services),
            executor.Image);
        report.Write(await steps.ConnectAsync(Slots));
        report.Write(await steps.HelloAsync());
        report.Write(await steps.SealedAsync());
        report.Write(await steps.TamperedAsync());
        report.Write(await steps.LostRunnerAsync());
        using var launcher = new DryRunSteps(process.Services, rehearsal, lines);
        report.Write(await LauncherAsync(launcher));
    }

    // 7: the launcher, between a caller's secret and a key that must not be revealed.
    private static async Task<DemoStep> LauncherAsync(DryRunSteps steps)
    {
        DryRunStep[] shown = [await steps.WrongSecretAsync(), await steps.RightSecretAsync(), await steps.SecretsAsync()];
        return new DemoStep(
            7,
            shown.All(step => step.Passed),
            shown.FirstOrDefault(step => !step.Passed) is { } wrong
                ? $"launcher     {wrong.Name}: {wrong.Text}"
                : $"launcher     wrong secret rejected, right secret ran the fixed script, its secrets {shown[^1].Text}");
    }

    private static HybridClient Client(ConnectionDetails connection, EncryptionKey? key) => new(new HybridClientOptions
    {
        BaseUrl = new Uri(connection.Url),
        ProjectId = connection.ProjectId,
        Token = connection.Token,
        EncryptionKey = key,
        SealMode = SealMode.IronCompatible,
    });

    private static string NewKey() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    private static DecryptionKeys Keys(string key) =>
        DecryptionKeys.TryParse(key, out var keys, out var problem) ? keys : throw new UnreachableException(problem);

    private static EncryptionKey Key(string key) =>
        EncryptionKey.TryParse(key, out var parsed, out var problem) ? parsed : throw new UnreachableException(problem);
}
