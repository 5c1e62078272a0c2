using System.Globalization;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Cli.Commands;

/// <summary>
/// Prints the logs of queued tasks, one after the other, as they come, and takes over the exit code of the first that failed.
/// </summary>
internal sealed class TaskWaiter(CliConsole console, TasksClient tasks, bool json, bool raw)
{
    public async Task<int> RunAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var exitCode = 0;
        var ended = new List<EndedTask>();
        foreach (var id in ids)
        {
            console.WriteMessage($"waiting for task {id}");
            try
            {
                var (task, log) = json ? await CollectAsync(id, cancellationToken) : await PrintAsync(id, cancellationToken);
                console.WriteMessage(Outcome(task));
                ended.Add(new EndedTask(task.Id, task.Status, task.Msg, task.ExitCode, task.Duration, log));
                exitCode = exitCode == 0 ? ExitCodeMapper.From(task) : exitCode;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                console.WriteMessage(
                    $"no longer waiting; task {id} continues: `hybrid worker status {id}` shows it, "
                    + $"`hybrid worker cancel {id}` ends it");
                return ExitCodes.Interrupted;
            }
        }

        if (json)
        {
            console.Out.WriteJson(new EndedTasksOutput(ended), CliJson.Default.EndedTasksOutput);
        }

        return exitCode;
    }

    private async Task<(TaskInfo Task, string Log)> PrintAsync(string id, CancellationToken cancellationToken)
    {
        using var terminal = new TerminalLogWriter(console.Out);
        return (await tasks.FollowLogAsync(id, console.OutputIsTerminal && !raw ? terminal : console.Output, cancellationToken), "");
    }

    // A document has the log of the last attempt only, which is known at the end.
    private async Task<(TaskInfo Task, string Log)> CollectAsync(string id, CancellationToken cancellationToken)
    {
        var task = await tasks.WaitAsync(id, cancellationToken);
        using var text = new TextLogWriter();
        await tasks.FollowLogAsync(id, text, cancellationToken);
        text.Dispose();
        return (task, text.ToString());
    }

    private static string Outcome(TaskInfo task)
    {
        var seconds = (task.Duration / 1000d).ToString("0.0", CultureInfo.InvariantCulture);
        return $"task {task.Id}: {task.Status} after {seconds} s{(task.Msg.Length > 0 ? $", {task.Msg}" : "")}";
    }
}
