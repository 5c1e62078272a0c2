using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Tasks as apps see them, over HTTP or through their project's grain.</summary>
internal sealed class TaskService(
    TaskEnqueuer enqueuer, ITaskStore tasks, IRunnerStore runners, EntityCache cache, IGrainFactory grains, ApiOptions options)
{
    /// <summary>The largest queue request, in bytes.</summary>
    public const int MaxQueueRequestSize = 16 << 20;

    private const int MaxAttempts = 150;

    /// <summary>The result for a task that is not there, or not for the caller.</summary>
    public static readonly ApiResult NotFound = ApiResults.NotFound("Task");

    public async Task<EnqueueResponse> EnqueueAsync(Project project, IronJsonReader body, CancellationToken cancellationToken)
    {
        EnqueueTaskCommand[] commands =
        [
            .. IronBody.Entries(body, "tasks").Select(task => IronMapping.ReadTask(task, options.PayloadLimit)),
        ];
        var queued = await enqueuer.EnqueueAsync(project, commands, cancellationToken);
        return new EnqueueResponse
        {
            Msg = "Queued up",
            Tasks = [.. queued.Select(task => new TaskRef { Id = task.Id.Value, Existing = task.New is null ? true : null })],
        };
    }

    /// <summary>A body as it came becomes the payload of one task.</summary>
    public async Task<string> EnqueueAsync(Project project, EnqueueTaskCommand command, CancellationToken cancellationToken)
    {
        if (command.Payload.Length > options.PayloadLimit)
        {
            throw new ApiException($"The body must be at most {options.PayloadLimit} bytes long");
        }

        return (await enqueuer.EnqueueAsync(project, [command], cancellationToken))[0].Id.Value;
    }

    /// <summary>A task with its attempts; null when the project has none of this id.</summary>
    public async Task<TaskInfo?> FindAsync(string projectId, string taskId, CancellationToken cancellationToken) =>
        TaskId.TryParse(taskId, out var id) && await tasks.FindAsync(projectId, id, cancellationToken) is { } task
            ? await ToDetailedContractAsync(task, cancellationToken)
            : null;

    /// <summary>The attempts at a task, as far as a page can show them; none before the first.</summary>
    public async Task<IReadOnlyList<TaskAttemptRecord>> AttemptsAsync(TaskState task, CancellationToken cancellationToken) =>
        task.Attempt == 0 ? [] : await runners.ListAttemptsAsync(task.Id, MaxAttempts, cancellationToken);

    /// <summary>Ends a task; false when the project has none of this id.</summary>
    public async Task<bool> CancelAsync(string projectId, string taskId) =>
        TaskId.TryParse(taskId, out var id) && await grains.GetGrain<ITaskControlGrain>(id.Value).Cancel(projectId);

    /// <summary>The task whose log it is, or why there is none.</summary>
    public Task<(TaskState? Task, ApiResult? None)> FindLogAsync(
        string projectId, string taskId, CancellationToken cancellationToken) =>
        FindLogAsync(projectId, taskId, IronMapping.HasLog, "There is no log yet: the task has not started", cancellationToken);

    /// <summary>The task whose standard output it is, or why there is none.</summary>
    public Task<(TaskState? Task, ApiResult? None)> FindOutlogAsync(
        string projectId, string taskId, CancellationToken cancellationToken) => FindLogAsync(
            projectId, taskId, task => task.Phase.IsFinal(), "There is no outlog yet: the task has not finished", cancellationToken);

    public async Task<IReadOnlyList<TaskInfo>> ToContractAsync(IReadOnlyList<StoredTask> some, CancellationToken cancellationToken)
    {
        var shown = new List<TaskInfo>(some.Count);
        foreach (var task in some)
        {
            shown.Add(await ToContractAsync(task, cancellationToken));
        }

        return shown;
    }

    public async Task<TaskInfo> ToContractAsync(StoredTask task, CancellationToken cancellationToken)
    {
        var spec = task.State.Spec;
        var revision = await cache.Revisions.FindAsync((spec.CodeId, spec.CodeRev), cancellationToken);
        return IronMapping.ToContract(task, revision, await cache.MissingLabelsAsync(task.State, cancellationToken));
    }

    /// <summary>A task as it is shown to who asks for it alone: with its attempts.</summary>
    public async Task<TaskInfo> ToDetailedContractAsync(StoredTask task, CancellationToken cancellationToken)
    {
        var attempts = await AttemptsAsync(task.State, cancellationToken);
        return await ToContractAsync(task, cancellationToken) with { Attempts = attempts.Count > 0 ? [.. attempts.Select(IronMapping.ToContract)] : null };
    }

    private async Task<(TaskState? Task, ApiResult? None)> FindLogAsync(
        string projectId, string taskId, Func<TaskState, bool> isThere, string why, CancellationToken cancellationToken) =>
        !TaskId.TryParse(taskId, out var id) || await tasks.FindAsync(projectId, id, cancellationToken) is not { State: var task }
            ? (null, ApiResults.NotFound("Task, and so its log,"))
            : isThere(task) ? (task, null)
            : (null, ApiResults.Message(why, StatusCodes.Status404NotFound));
}
