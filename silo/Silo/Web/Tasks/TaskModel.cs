using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Api.Iron;

namespace OrleansHybrid.Silo.Web.Tasks;

/// <summary>One task with the end of its log, and the cursor from which its events continue.</summary>
public sealed record TaskModel(
    TaskState Task, IReadOnlyList<TaskAttemptRecord> Attempts, string? ClusterName, LabelSet Missing, int PayloadBytes, LogExcerpt Log, TaskPageCursor Cursor)
{
    /// <summary>The task's own path.</summary>
    public string Path => $"{ListPath}/{Task.Id}";

    /// <summary>The path of its project's tasks.</summary>
    public string ListPath => $"/projects/{Task.Spec.ProjectId}/tasks";

    /// <summary>True once there can be a log.</summary>
    public bool HasLog => IronMapping.HasLog(Task);
}
