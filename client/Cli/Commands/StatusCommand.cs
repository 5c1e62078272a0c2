using System.CommandLine;
using System.Globalization;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker status TASK_ID</c></summary>
internal static class StatusCommand
{
    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var id = OptionFactory.CreateArgument("TASK_ID", "The task");
        var command = new Command("status", "Show how a task stands") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateProjectClient(parsed, console);
            var task = await client.Tasks.GetAsync(parsed.GetRequiredValue(id), cancellationToken);
            if (!globals.TryWriteJson(parsed, console, task, IronJson.Default.TaskInfo))
            {
                console.Out.WriteLines(Lines(task));
            }
        });
        return command;
    }

    private static IEnumerable<(string Label, string Value)> Lines(TaskInfo task) =>
    [
        ("Task", task.Id),
        ("Title", task.Title ?? ""),
        ("Code", task.CodeRev.Length > 0 ? $"{task.CodeName}, revision {task.CodeRev}" : task.CodeName),
        ("Status", task.Phase is { Length: > 0 } phase && phase != task.Status ? $"{task.Status} ({phase})" : task.Status),
        ("Message", task.Msg),
        ("Exit code", task.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? ""),
        ("Progress", task.Percent > 0 ? $"{task.Percent} %" : ""),
        ("Cluster", task.Cluster),
        ("Label", task.Label),
        ("Requires", string.Join(", ", task.RequiredLabels ?? [])),
        ("Waits for", task.MissingLabels is { Count: > 0 } missing
            ? $"a runner with {string.Join(" and ", missing)}: the cluster has none"
            : ""),
        ("Queued", Time(task.CreatedAt)),
        ("Started", Time(task.StartTime)),
        ("Ended", Time(task.EndTime)),
        ("Duration", task.Duration > 0 ? $"{task.Duration} ms" : ""),
        ("Retry of", task.OriginalTaskId ?? ""),
        ("Retried as", task.RetryTaskId ?? ""),
        .. (task.Attempts ?? []).Select(attempt => ($"Attempt {attempt.Attempt}", Attempt(attempt))),
    ];

    private static string Attempt(TaskAttempt attempt)
    {
        var runner = attempt.RunnerName.Length > 0 ? attempt.RunnerName : attempt.RunnerId;
        var end = attempt.EndedAt is { } ended ? $" to {Time(ended)}" : "";
        var why = attempt.Msg.Length > 0 ? $": {attempt.Msg}" : "";
        return $"on {runner}, from {Time(attempt.ClaimedAt)}{end}, {attempt.Outcome ?? "under way"}{why}";
    }

    private static string Time(DateTimeOffset time) => time == DateTimeOffset.MinValue
        ? ""
        : UtcFormat.Format(time);
}
