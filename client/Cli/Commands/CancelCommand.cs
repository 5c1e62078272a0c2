using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker cancel TASK_ID</c></summary>
internal static class CancelCommand
{
    public static Command Build(Shell shell, GlobalOptions globals)
    {
        var id = Flags.Word("TASK_ID", "The task");
        var command = new Command("cancel", "End a task; does nothing to one that has ended") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.OpenProject(parsed, shell);
            var task = parsed.GetRequiredValue(id);
            await client.Tasks.CancelAsync(task, cancellationToken);
            if (globals.Json(parsed))
            {
                shell.Out.WriteJson(new CancelledDocument(task, "Cancelled"), CliJson.Default.CancelledDocument);
                return;
            }

            shell.Say($"task {task} is cancelled, or had ended before");
        });
        return command;
    }
}
