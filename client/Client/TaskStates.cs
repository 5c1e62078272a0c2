using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>Classifies task statuses for callers that wait.</summary>
public static class TaskStates
{
    /// <summary>The status of a task that did what it should.</summary>
    public const string Complete = "complete";

    /// <summary>
    /// True when the task has ended. A status that this version does not know counts as an end once the task has an
    /// end time, so that a newer server neither ends a wait too early nor holds it for ever.
    /// </summary>
    public static bool HasEnded(this TaskInfo task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Status switch
        {
            Complete or "error" or "cancelled" or "timeout" or "killed" => true,
            "queued" or "preparing" or "running" => false,
            _ => task.EndTime > DateTimeOffset.MinValue,
        };
    }
}
