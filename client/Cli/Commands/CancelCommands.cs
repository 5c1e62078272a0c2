using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker cancel TASK_ID</c> and <c>hybrid worker schedule-cancel SCHEDULE_ID</c></summary>
internal static class CancelCommands
{
    public static Command BuildForTask(CliConsole console, GlobalOptions globals) =>
        Build(console, globals, "cancel", "End a task; does nothing to one that has ended", "task",
            (client, id, cancellationToken) => client.Tasks.CancelAsync(id, cancellationToken));

    public static Command BuildForSchedule(CliConsole console, GlobalOptions globals) =>
        Build(console, globals, "schedule-cancel", "Cancel a schedule; its tasks continue", "schedule",
            (client, id, cancellationToken) => client.Schedules.CancelAsync(id, cancellationToken));

    private static Command Build(
        CliConsole console,
        GlobalOptions globals,
        string verb,
        string description,
        string kind,
        Func<HybridClient, string, CancellationToken, Task> cancel)
    {
        var argument = OptionFactory.CreateArgument($"{kind.ToUpperInvariant()}_ID", $"The {kind}");
        var command = new Command(verb, description) { argument };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateProjectClient(parsed, console);
            var id = parsed.GetRequiredValue(argument);
            await cancel(client, id, cancellationToken);
            if (!globals.TryWriteJson(parsed, console, new CancelOutput(id, "Cancelled"), CliJson.Default.CancelOutput))
            {
                console.WriteMessage($"{kind} {id} is cancelled, or had ended before");
            }
        });
        return command;
    }
}
