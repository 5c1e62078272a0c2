using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker schedule-cancel SCHEDULE_ID</c></summary>
internal static class ScheduleCancelCommand
{
    public static Command Build(Shell shell, GlobalOptions globals)
    {
        var id = Flags.Word("SCHEDULE_ID", "The schedule");
        var command = new Command("schedule-cancel", "End a schedule; its tasks go on") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.OpenProject(parsed, shell);
            var schedule = parsed.GetRequiredValue(id);
            await client.Schedules.CancelAsync(schedule, cancellationToken);
            if (globals.Json(parsed))
            {
                shell.Out.WriteJson(new CancelledDocument(schedule, "Cancelled"), CliJson.Default.CancelledDocument);
                return;
            }

            shell.Say($"schedule {schedule} is cancelled, or had ended before");
        });
        return command;
    }
}
