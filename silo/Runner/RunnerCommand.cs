using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Diagnostics;
using OrleansHybrid.Runner.Telemetry;

namespace OrleansHybrid.Runner;

/// <summary>The program <c>runner</c>: runs tasks, unless a command says otherwise.</summary>
internal static class RunnerCommand
{
    private const string RootNote = """
        An option wins over its variable. From the environment only come, each also as a file named by CLUSTER_TOKEN_FILE and so on, where - is
        standard input, for one of them:
          CLUSTER_TOKEN   the cluster's token, which also names the control plane; needed
          DECRYPTION_KEY  hex key, or private RSA key in PEM, or several: only payloads that decrypt with one of them are started

        Signals: the first TERM or INT finishes running tasks, the second requeues them, the third exits at once.
        Exit codes: 0 shut down in order, 3 rejected, 4 wrong token, 75 start it again, 78 bad setting or option.
        """;

    private const string DoctorNote = "Exit codes: 0 nothing fails, 1 something fails, 78 the settings can't be read.";

    private static readonly CommandLineProgram Program = new("runner", ExitCodes.ConfigError, NoteOn)
    {
        UsageHint = "secrets come by environment or *_FILE only",
    };

    /// <summary>Runs one command line and gives its exit code; a setting that is wrong throws.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error) =>
        Program.RunAsync(Build(), arguments, output, error);

    /// <summary>The tree.</summary>
    public static RootCommand Build()
    {
        var root = Program.CreateRoot(
            "Runs tasks of one cluster on this machine. It dials out to the control plane and listens on nothing, but with --metrics.");
        root.Add(BuildDoctor());
        var settings = SettingOptions.AddTo(root);
        root.SetAction((parsed, _) => RunAsync(settings.Read(parsed, Environment.GetEnvironmentVariable)));
        return root;
    }

    private static Command BuildDoctor()
    {
        var command = new Command(
            "doctor", "Check all that a runner needs, from name server and proxy to a test container, with the remedy; it claims nothing");
        var json = new Option<bool>("--json") { Description = "Print one JSON document", Arity = ArgumentArity.Zero };
        var image = ValueOption.Create(
            "--image", "IMAGE", "Image of the test container; default: the runner's own image, where it runs from that");
        command.Add(json);
        command.Add(image);
        var settings = SettingOptions.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var source = settings.Read(parsed, Environment.GetEnvironmentVariable);
            return DoctorProgram.RunAsync(
                source,
                new SecretSource(source, Environment.GetEnvironmentVariable),
                parsed.GetValue(json),
                parsed.GetValue(image),
                OutboundProxy.Default,
                parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static async Task<int> RunAsync(IConfiguration source)
    {
        var secrets = new SecretSource(source, Environment.GetEnvironmentVariable);
        var options = RunnerSettings.Read(source, secrets);
        DockerSocketCheck.Verify(source, secrets, options);
        PrivilegeDrop.Apply(source, options);
        ProcessSecrets.RemoveFromEnvironment(RunnerSettings.Secrets);
        secrets.Wipe();
        using var keys = options.SealPolicy?.Keys;
        using var lifetime = new RunnerLifetime();
        var builder = RunnerHost.CreateBuilder();
        builder.Logging.AddRunnerLog(options.LogsJson, options.LogLevel);
        builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>().AddSingleton(lifetime.Signals).AddSingleton<IHostLifetime>(lifetime);
        builder.Configuration.AddTelemetryVariables();
        builder.AddSilo().Services.AddRunner(options, builder.Configuration);
        return await RunnerHost.RunAsync(builder.Build());
    }

    private static string NoteOn(Command command) => command is RootCommand ? RootNote : DoctorNote;
}
