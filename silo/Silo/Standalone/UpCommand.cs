using System.CommandLine;
using System.Runtime.InteropServices;
using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Standalone;

/// <summary><c>silo up</c>: the control plane for daily use, with a runner in the same process unless it is asked not to.</summary>
internal static class UpCommand
{
    public static Command Build()
    {
        var command = new Command("up", "Run the control plane, and a runner beside it");
        var settings = SettingOptions.AddTo(command, [.. SettingOptions.ControlPlane, .. SettingOptions.RunnerOnly]);
        command.SetAction((parsed, _) => RunAsync(settings.Read(parsed)));
        return command;
    }

    /// <summary>Runs until it is stopped; returns the exit code.</summary>
    private static async Task<int> RunAsync(IConfiguration configuration)
    {
        var wishes = configuration.GetSetting("HYBRID_NO_RUNNER") is null ? await LocalRunnerOptionsReader.ReadAsync(configuration) : null;

        // What executes is said here, once.
        await using var process = await StandaloneHost.StartAsync(
            configuration,
            executesTasks: wishes is not null,
            quiet: false,
            builder => builder.Logging.AddFilter("OrleansHybrid.Runner.Sandboxes.Processes", LogLevel.Error));
        await using var runner = wishes is null ? null : Start(process, wishes);
        using var signals = new ShutdownSignals();
        Console.WriteLine(wishes?.Notice ?? "no runner here: tasks wait for runners from elsewhere");
        Console.WriteLine($"ready at {process.Connection.Url}, connection in {Path.Combine(process.DataDirectory, "connection.json")}");

        await (runner is null ? signals.First : Task.WhenAny(signals.First, runner.Completion));
        return runner is null ? ExitCodes.Success : await EndAsync(runner, signals);
    }

    private static LocalRunner Start(StandaloneHost host, LocalRunnerOptions runnerOptions)
    {
        var folder = Path.Combine(host.DataDirectory, "runner");
        return new LocalRunner(
            LocalRunner.Options(host.Connection, runnerOptions, folder) with { LogLimit = host.Services.GetRequiredService<ApiOptions>().LogLimit }, host.Services);
    }

    /// <summary>The first signal lets the runner finish what it has, the second releases it; the control plane stops after it.</summary>
    private static async Task<int> EndAsync(LocalRunner runner, ShutdownSignals signals)
    {
        var drained = runner.DrainAsync();
        if (await Task.WhenAny(drained, signals.Second) != drained)
        {
            await runner.RequeueAsync();
        }

        return await drained;
    }

    /// <summary>The first and the second stop signal: CTRL-C, or what a service manager sends.</summary>
    private sealed class ShutdownSignals : IDisposable
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly PosixSignalRegistration[] _registrations;

        public ShutdownSignals() => _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Note),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Note),
        ];

        public Task First => _first.Task;

        public Task Second => _second.Task;

        public void Dispose()
        {
            foreach (var registration in _registrations)
            {
                registration.Dispose();
            }
        }

        private void Note(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (!_first.TrySetResult())
            {
                _second.TrySetResult();
            }
        }
    }
}
