using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker log [--follow] TASK_ID</c></summary>
internal static class LogCommand
{
    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var follow = CreateOption<bool>("follow", "Follow the log until the task ends", "", "f");
        var raw = CreateOption<bool>("raw", "Leave control characters in a log that goes to a terminal");
        var id = CreateArgument("TASK_ID", "The task");
        var command = new Command("log", "Print a task's log") { follow, raw, id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateProjectClient(parsed, console);
            var task = parsed.GetRequiredValue(id);
            if (globals.Json(parsed))
            {
                await PrintJsonAsync(console, client.Tasks, task, parsed.GetValue(follow), cancellationToken);
                return;
            }

            using var terminal = new TerminalLogWriter(console.Out);
            await CopyAsync(
                client.Tasks,
                task,
                console.OutputIsTerminal && !parsed.GetValue(raw) ? terminal : console.Output,
                parsed.GetValue(follow),
                cancellationToken);
        });
        return command;
    }

    private static async Task PrintJsonAsync(
        CliConsole console, TasksClient tasks, string task, bool follow, CancellationToken cancellationToken)
    {
        using CliLogWriter log = follow ? new JsonLinesLogWriter(console.Out, task) : new TextLogWriter();
        await CopyAsync(tasks, task, log, follow, cancellationToken);
        if (!follow)
        {
            console.Out.WriteJson(new LogOutput(task, log.ToString()!), CliJson.Default.LogOutput);
        }
    }

    private static Task CopyAsync(TasksClient tasks, string task, Stream log, bool follow, CancellationToken cancellationToken) =>
        follow ? tasks.FollowLogAsync(task, log, cancellationToken) : tasks.CopyLogAsync(task, log, cancellationToken);
}
