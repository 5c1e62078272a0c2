using System.CommandLine;
using System.Globalization;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker schedules</c></summary>
internal static class SchedulesCommand
{
    private const int MaxShown = 100;

    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var command = new Command("schedules", "List the schedules, the newest first");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateProjectClient(parsed, console);
            var schedules = await client.Schedules.ListAsync(perPage: MaxShown, cancellationToken: cancellationToken);
            if (!globals.TryWriteJson(parsed, console, new ScheduleList { Schedules = schedules }, IronJson.Default.ScheduleList))
            {
                foreach (var schedule in schedules)
                {
                    console.Out.Write($"{TerminalTextSanitizer.OneLine(FormatLine(schedule))}\n");
                }
            }
        });
        return command;
    }

    private static string FormatLine(ScheduleInfo schedule)
    {
        var rhythm = schedule switch
        {
            { Cron: { } cron, Timezone: { } zone } => $"{cron} in {zone}",
            { Cron: { } cron } => $"{cron} in UTC",
            { RunEvery: > 0 and var seconds } => $"every {seconds.ToString(CultureInfo.InvariantCulture)} s",
            _ => "once",
        };
        var status = schedule.Paused == true ? "paused" : schedule.Status;
        var next = schedule.NextStart == DateTimeOffset.MinValue
            ? "-"
            : UtcFormat.Format(schedule.NextStart);
        return string.Join("  ", schedule.Id, status.PadRight(9), next.PadRight(20), schedule.CodeName, $"({rhythm})", schedule.Msg)
            .TrimEnd();
    }
}
