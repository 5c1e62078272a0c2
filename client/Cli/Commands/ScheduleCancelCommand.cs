using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker schedule-cancel SCHEDULE_ID</c></summary>
internal static class ScheduleCancelCommand
{
    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var id = OptionFactory.CreateArgument("SCHEDULE_ID", "The schedule");
        var command = new Command("schedule-cancel", "Cancel a schedule; its tasks continue") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateProjectClient(parsed, console);
            var schedule = parsed.GetRequiredValue(id);
            await client.Schedules.CancelAsync(schedule, cancellationToken);
            if (globals.Json(parsed))
            {
                console.Out.WriteJson(new CancelOutput(schedule, "Cancelled"), CliJson.Default.CancelOutput);
                return;
            }

            console.WriteMessage($"schedule {schedule} is cancelled, or had ended before");
        });
        return command;
    }
}
