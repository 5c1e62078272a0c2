using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;
using static OrleansHybrid.Cli.Configuration.Flags;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker log [--follow] TASK_ID</c></summary>
internal static class LogCommand
{
    public static Command Build(Shell shell, GlobalOptions globals)
    {
        var follow = Flag<bool>("follow", "Go on until the task ends", "", "f");
        var raw = Flag<bool>("raw", "Leave control characters in a log that goes to a terminal");
        var id = Word("TASK_ID", "The task");
        var command = new Command("log", "Print a task's log") { follow, raw, id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.OpenProject(parsed, shell);
            var task = parsed.GetRequiredValue(id);
            if (globals.Json(parsed))
            {
                await PrintJsonAsync(shell, client.Tasks, task, parsed.GetValue(follow), cancellationToken);
                return;
            }

            using var terminal = new TerminalSink(shell.Out);
            await CopyAsync(
                client.Tasks,
                task,
                shell.OutputIsTerminal && !parsed.GetValue(raw) ? terminal : shell.Output,
                parsed.GetValue(follow),
                cancellationToken);
        });
        return command;
    }

    private static async Task PrintJsonAsync(
        Shell shell, TaskCalls tasks, string task, bool follow, CancellationToken cancellationToken)
    {
        using LogSink log = follow ? new JsonLinesSink(shell.Out, task) : new TextSink();
        await CopyAsync(tasks, task, log, follow, cancellationToken);
        if (!follow)
        {
            shell.Out.WriteJson(new LogDocument(task, log.ToString()!), CliJson.Default.LogDocument);
        }
    }

    private static Task CopyAsync(TaskCalls tasks, string task, Stream log, bool follow, CancellationToken cancellationToken) =>
        follow ? tasks.FollowLogAsync(task, log, cancellationToken) : tasks.CopyLogAsync(task, log, cancellationToken);
}
