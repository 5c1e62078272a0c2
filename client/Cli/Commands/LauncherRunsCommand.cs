using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Contracts.Launcher;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid launcher runs [--limit N] [--before ID]</c></summary>
internal static class LauncherRunsCommand
{
    private const int DefaultLimit = 30;

    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var limit = OptionFactory.CreateNumber("limit", "How many, up to 100; 30 by default", "NUMBER", min: 1, max: 100);
        var before = OptionFactory.CreateOption<string>("before", "Only launches that are older than this one", "LAUNCH_ID");
        var command = new Command("runs", "List launches, live and ended ones, the newest first") { limit, before };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var list = await client.Launcher.ListAsync(parsed.GetValue(limit) ?? DefaultLimit, parsed.GetValue(before), cancellationToken);
            if (!globals.TryWriteJson(parsed, console, list, LauncherJson.Default.LaunchList))
            {
                foreach (var launch in list.Runs)
                {
                    console.Out.Write($"{TerminalTextSanitizer.OneLine(LauncherCommand.FormatLine(launch))}\n");
                }

                if (list.Before is { } oldest)
                {
                    console.WriteMessage($"there are older ones: --before {oldest}");
                }
            }
        });
        return command;
    }
}
