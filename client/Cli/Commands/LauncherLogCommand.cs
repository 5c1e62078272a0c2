using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Launcher;
using static OrleansHybrid.Cli.Configuration.Flags;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid launcher log [--follow] LAUNCH_ID</c></summary>
internal static class LauncherLogCommand
{
    public static Command Build(Shell shell, GlobalOptions globals)
    {
        var follow = Flag<bool>("follow", "Go on until the launch ends", "", "f");
        var raw = Flag<bool>("raw", "Leave control characters in a text that goes to a terminal");
        var id = LauncherCommand.Launch();
        var command = new Command("log", "Print a launch's console text") { follow, raw, id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.Open(parsed, shell);
            var (launch, follows) = (parsed.GetRequiredValue(id), parsed.GetValue(follow));
            if (globals.Json(parsed))
            {
                using LogSink text = follows ? new JsonLinesSink(shell.Out, launch) : new TextSink();
                await CopyAsync(client.Launcher, launch, text, follows, cancellationToken);
                if (!follows)
                {
                    shell.Out.WriteJson(new LogDocument(launch, text.ToString()!), CliJson.Default.LogDocument);
                }

                return;
            }

            using var terminal = new TerminalSink(shell.Out);
            var output = shell.OutputIsTerminal && !parsed.GetValue(raw) ? terminal : shell.Output;
            await CopyAsync(client.Launcher, launch, output, follows, cancellationToken);
        });
        return command;
    }

    private static Task<LaunchInfo> CopyAsync(
        LauncherCalls launcher, string id, Stream text, bool follow, CancellationToken cancellationToken) =>
        follow ? launcher.FollowLogAsync(id, text, cancellationToken) : launcher.CopyLogAsync(id, text, cancellationToken);
}
