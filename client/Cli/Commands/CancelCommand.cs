using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker cancel TASK_ID</c></summary>
internal static class CancelCommand
{
    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var id = OptionFactory.CreateArgument("TASK_ID", "The task");
        var command = new Command("cancel", "End a task; does nothing to one that has ended") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateProjectClient(parsed, console);
            var task = parsed.GetRequiredValue(id);
            await client.Tasks.CancelAsync(task, cancellationToken);
            if (globals.Json(parsed))
            {
                console.Out.WriteJson(new CancelOutput(task, "Cancelled"), CliJson.Default.CancelOutput);
                return;
            }

            console.WriteMessage($"task {task} is cancelled, or had ended before");
        });
        return command;
    }
}
