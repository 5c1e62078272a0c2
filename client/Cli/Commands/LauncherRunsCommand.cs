using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Launcher;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid launcher runs [--limit N] [--before ID]</c></summary>
internal static class LauncherRunsCommand
{
    private const int UsuallyShown = 30;

    public static Command Build(Shell shell, GlobalOptions globals)
    {
        var limit = Flags.Number("limit", "How many, up to 100; 30 unless told", "NUMBER", least: 1, most: 100);
        var before = Flags.Flag<string>("before", "Only launches that are older than this one", "LAUNCH_ID");
        var command = new Command("runs", "List launches, live and ended ones, the newest first") { limit, before };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.Open(parsed, shell);
            var list = await client.Launcher.ListAsync(parsed.GetValue(limit) ?? UsuallyShown, parsed.GetValue(before), cancellationToken);
            if (globals.Json(parsed))
            {
                shell.Out.WriteJson(list, LauncherJson.Default.LaunchList);
                return;
            }

            foreach (var launch in list.Runs)
            {
                shell.Out.Write($"{TerminalTextSanitizer.OneLine(LauncherCommand.Line(launch))}\n");
            }

            if (list.Before is { } oldest)
            {
                shell.Say($"there are older ones: --before {oldest}");
            }
        });
        return command;
    }
}
