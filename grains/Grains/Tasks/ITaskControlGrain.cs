using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Grains.Tasks;

/// <summary>Commands for one task. Keyed by task id.</summary>
[Alias("hybrid.task-control")]
public interface ITaskControlGrain : IGrainWithStringKey
{
    /// <summary>Cancels the task, for good and at once; a final task stays as it is. False when the project has no such task.</summary>
    [Alias("cancel")]
    Task<bool> Cancel(string projectId);

    /// <summary>Queues it once more, wherever it stands, as a task with this id; null, or why not.</summary>
    [Alias("retry")]
    Task<DomainError?> Retry(string projectId, string newId, int delaySeconds);

    /// <summary>Notes how far a task is; one that has ended stays as it is. False when the project has no such task.</summary>
    [Alias("update-progress")]
    Task<bool> UpdateProgress(string projectId, int? percent, string? message);

    /// <summary>Removes what has ended, with its log; null, or why not.</summary>
    [Alias("delete")]
    Task<DomainError?> Delete(string projectId);
}
