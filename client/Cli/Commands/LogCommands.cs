using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker log [--follow] TASK_ID</c> and <c>hybrid launcher log [--follow] LAUNCH_ID</c></summary>
internal static class LogCommands
{
    private delegate Task LogCopy(HybridClient client, string id, Stream log, bool follow, CancellationToken cancellationToken);

    public static Command BuildForTask(CliConsole console, GlobalOptions globals) => Build(
        console, globals, "Print a task's log", "task", CreateArgument("TASK_ID", "The task"), globals.CreateProjectClient,
        (client, id, log, follow, cancellationToken) => follow
            ? client.Tasks.FollowLogAsync(id, log, cancellationToken)
            : client.Tasks.CopyLogAsync(id, log, cancellationToken));

    public static Command BuildForLaunch(CliConsole console, GlobalOptions globals) => Build(
        console, globals, "Print a launch's console text", "launch", LauncherCommand.CreateLaunchArgument(), globals.CreateClient,
        (client, id, log, follow, cancellationToken) => follow
            ? client.Launcher.FollowLogAsync(id, log, cancellationToken)
            : client.Launcher.CopyLogAsync(id, log, cancellationToken));

    private static Command Build(
        CliConsole console,
        GlobalOptions globals,
        string description,
        string kind,
        Argument<string> argument,
        Func<ParseResult, CliConsole, HybridClient> createClient,
        LogCopy copyAsync)
    {
        var follow = CreateOption<bool>("follow", $"Follow the log until the {kind} ends", "", "f");
        var raw = CreateOption<bool>("raw", "Leave control characters in a log that goes to a terminal");
        var command = new Command("log", description) { follow, raw, argument };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = createClient(parsed, console);
            var (id, follows) = (parsed.GetRequiredValue(argument), parsed.GetValue(follow));
            if (globals.Json(parsed))
            {
                using CliLogWriter log = follows ? new JsonLinesLogWriter(console.Out, id) : new TextLogWriter();
                await copyAsync(client, id, log, follows, cancellationToken);
                if (!follows)
                {
                    console.Out.WriteJson(new LogOutput(id, log.ToString()!), CliJson.Default.LogOutput);
                }

                return;
            }

            using var terminal = new TerminalLogWriter(console.Out);
            var output = console.OutputIsTerminal && !parsed.GetValue(raw) ? terminal : console.Output;
            await copyAsync(client, id, output, follows, cancellationToken);
        });
        return command;
    }
}
