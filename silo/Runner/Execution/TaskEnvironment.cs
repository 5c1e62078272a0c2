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
    public static Dictionary<string, string> Create(TaskAssignment assignment, TaskPaths paths)
    {
        var variables = new Dictionary<string, string?>
        {
            ["TASK_ID"] = assignment.Lease.TaskId,
            ["TASK_DIR"] = paths.Folder,
            ["PAYLOAD_FILE"] = paths.Payload,
            ["CONFIG_FILE"] = assignment.Config is null ? null : paths.Config,
            ["PROGRESS_FILE"] = paths.Progress,
            ["CODE_NAME"] = assignment.CodeName,
            ["RETRY_COUNT"] = assignment.RetryCount.ToString(CultureInfo.InvariantCulture),
            ["SCHEDULE_ID"] = assignment.ScheduleId.Length > 0 ? assignment.ScheduleId : null,
            ["TASK_TITLE"] = assignment.Title.Length > 0 ? assignment.Title : null,
        };
        foreach (var (name, value) in assignment.EnvVars)
        {
            // "A=B" as a name would set A, and so could stand in for one of ours.
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal))
            {
                throw InvalidVariable(name, assignment);
            }

            variables.TryAdd(name, value);
        }

        // Also in what is ours: behind a NUL in a code's name, a variable of another name would begin.
        foreach (var (name, value) in variables)
        {
            if (name.Contains('\0', StringComparison.Ordinal) || value?.Contains('\0', StringComparison.Ordinal) is true)
            {
                throw InvalidVariable(name, assignment);
            }
        }

        return variables.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!);
    }

    private static SandboxException InvalidVariable(string name, TaskAssignment assignment) => new(
        $"The environment variable \"{name}\" of {assignment.CodeName} can't be set: a name is not empty and has no "
        + "equals sign, and neither it nor its value has a NUL character.",
        isTransient: false);
}
