using System.Globalization;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Execution;

/// <summary>The variables a task's program finds, and the files they name.</summary>
internal static class TaskEnvironment
{
    /// <summary>
    /// For a task whose files are at <paramref name="paths"/>. The code's own variables never stand in for ours, also
    /// not for one that this task has not.
    /// </summary>
    public static Dictionary<string, string> Create(TaskAssignment order, TaskPaths paths)
    {
        var variables = new Dictionary<string, string?>
        {
            ["TASK_ID"] = order.Lease.TaskId,
            ["TASK_DIR"] = paths.Folder,
            ["PAYLOAD_FILE"] = paths.Payload,
            ["CONFIG_FILE"] = order.Config is null ? null : paths.Config,
            ["PROGRESS_FILE"] = paths.Progress,
            ["CODE_NAME"] = order.CodeName,
            ["RETRY_COUNT"] = order.RetryCount.ToString(CultureInfo.InvariantCulture),
            ["SCHEDULE_ID"] = order.ScheduleId.Length > 0 ? order.ScheduleId : null,
        };
        foreach (var (name, value) in order.EnvVars)
        {
            // "A=B" as a name would set A, and so could stand in for one of ours.
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal))
            {
                throw InvalidVariable(name, order);
            }

            variables.TryAdd(name, value);
        }

        // Also in what is ours: behind a NUL in a code's name, a variable of another name would begin.
        foreach (var (name, value) in variables)
        {
            if (name.Contains('\0', StringComparison.Ordinal) || value?.Contains('\0', StringComparison.Ordinal) is true)
            {
                throw InvalidVariable(name, order);
            }
        }

        return variables.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!);
    }

    private static SandboxException InvalidVariable(string name, TaskAssignment order) => new(
        $"The environment variable \"{name}\" of {order.CodeName} can't be set: a name is not empty and has no "
        + "equals sign, and neither it nor its value has a NUL character.",
        isTransient: false);
}
