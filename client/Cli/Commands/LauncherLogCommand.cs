using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Launcher;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid launcher log [--follow] LAUNCH_ID</c></summary>
internal static class LauncherLogCommand
{
    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var follow = CreateOption<bool>("follow", "Follow the log until the launch ends", "", "f");
        var raw = CreateOption<bool>("raw", "Leave control characters in a text that goes to a terminal");
        var id = LauncherCommand.CreateLaunchArgument();
        var command = new Command("log", "Print a launch's console text") { follow, raw, id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var (launch, follows) = (parsed.GetRequiredValue(id), parsed.GetValue(follow));
            if (globals.Json(parsed))
            {
                using CliLogWriter text = follows ? new JsonLinesLogWriter(console.Out, launch) : new TextLogWriter();
                await CopyAsync(client.Launcher, launch, text, follows, cancellationToken);
                if (!follows)
                {
                    console.Out.WriteJson(new LogOutput(launch, text.ToString()!), CliJson.Default.LogOutput);
                }

                return;
            }

            using var terminal = new TerminalLogWriter(console.Out);
            var output = console.OutputIsTerminal && !parsed.GetValue(raw) ? terminal : console.Output;
            await CopyAsync(client.Launcher, launch, output, follows, cancellationToken);
        });
        return command;
    }

    private static Task<LaunchInfo> CopyAsync(
        LauncherClient launcher, string id, Stream text, bool follow, CancellationToken cancellationToken) =>
        follow ? launcher.FollowLogAsync(id, text, cancellationToken) : launcher.CopyLogAsync(id, text, cancellationToken);
}
