using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Security;
using TaskAttempt = OrleansHybrid.Domain.Tasks.TaskAttempt;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>What apps ask about tasks, whichever way they come: over HTTP, or through their project's grain.</summary>
internal sealed class TaskDesk(
    TaskQueue queue, ITaskStore tasks, IRunnerStore runners, Lookups lookups, IGrainFactory grains, ControlPlaneOptions options)
{
    /// <summary>The largest queue request, in bytes.</summary>
    public const int LargestQueueRequest = 16 << 20;

    // Two or three make an attempt.
    private const int MostEvents = 300;

    public async Task<JsonAnswer> QueueAsync(Project project, JsonFields body, CancellationToken cancellationToken)
    {
        TaskOrder[] orders =
        [
            .. IronBody.Entries(body, "tasks").Select(task => IronMapping.ReadTask(task, options.PayloadLimit)),
        ];
        var queued = await queue.QueueAsync(project, orders, cancellationToken);
        var answer = new QueueAnswer
        {
            Msg = "Queued up",
            Tasks = [.. queued.Select(task => new TaskRef { Id = task.Id.Value, Existing = task.New is null ? true : null })],
        };
        return JsonAnswer.Of(answer, IronJson.Default.QueueAnswer);
    }

    /// <summary>A body as it came becomes the payload of one task.</summary>
    public async Task<string> QueueAsync(Project project, TaskOrder order, CancellationToken cancellationToken)
    {
        if (order.Payload.Length > options.PayloadLimit)
        {
            throw new RefusedException($"The body must be at most {options.PayloadLimit} bytes long");
        }

        return (await queue.QueueAsync(project, [order], cancellationToken))[0].Id.Value;
    }

    public async Task<JsonAnswer> FindAsync(string projectId, string taskId, CancellationToken cancellationToken) =>
        TaskId.TryParse(taskId, out var id) && await tasks.FindAsync(projectId, id, cancellationToken) is { } task
            ? JsonAnswer.Of(await ShowWholeAsync(task, cancellationToken), IronJson.Default.TaskInfo)
            : Answers.NotFound("Task");

    /// <summary>The attempts at a task, as far as a page can show them; none before the first.</summary>
    public async Task<IReadOnlyList<TaskAttempt>> AttemptsAsync(TaskState task, CancellationToken cancellationToken) =>
        task.Attempt == 0 ? [] : await runners.AttemptsAsync(task.Id, MostEvents, cancellationToken);

    public async Task<JsonAnswer> CancelAsync(string projectId, string taskId) =>
        TaskId.TryParse(taskId, out var id) && await grains.GetGrain<ITaskGrain>(id.Value).Cancel(projectId)
            ? Answers.Message("Cancelled")
            : Answers.NotFound("Task");

    /// <summary>The task whose log it is, or why there is none.</summary>
    public Task<(TaskState? Task, JsonAnswer? None)> FindLogAsync(
        string projectId, string taskId, CancellationToken cancellationToken) =>
        FindLogAsync(projectId, taskId, IronMapping.HasLog, "There is no log yet: the task has not started", cancellationToken);

    /// <summary>The task whose standard output it is, or why there is none.</summary>
    public Task<(TaskState? Task, JsonAnswer? None)> FindOutlogAsync(
        string projectId, string taskId, CancellationToken cancellationToken) => FindLogAsync(
            projectId, taskId, task => task.Phase.IsFinal(), "There is no outlog yet: the task has not finished", cancellationToken);

    public async Task<IReadOnlyList<TaskInfo>> ShowAsync(IReadOnlyList<StoredTask> some, CancellationToken cancellationToken)
    {
        var shown = new List<TaskInfo>(some.Count);
        foreach (var task in some)
        {
            shown.Add(await ShowAsync(task, cancellationToken));
        }

        return shown;
    }

    public async Task<TaskInfo> ShowAsync(StoredTask task, CancellationToken cancellationToken)
    {
        var spec = task.State.Spec;
        var revision = await lookups.Revisions.FindAsync((spec.CodeId, spec.CodeRev), cancellationToken);
        return IronMapping.Show(task, revision, await lookups.MissingLabelsAsync(task.State, cancellationToken));
    }

    /// <summary>A task as it is shown to who asks for it alone: with its attempts.</summary>
    public async Task<TaskInfo> ShowWholeAsync(StoredTask task, CancellationToken cancellationToken)
    {
        var attempts = await AttemptsAsync(task.State, cancellationToken);
        return await ShowAsync(task, cancellationToken) with { Attempts = attempts.Count > 0 ? [.. attempts.Select(IronMapping.Show)] : null };
    }

    private async Task<(TaskState? Task, JsonAnswer? None)> FindLogAsync(
        string projectId, string taskId, Func<TaskState, bool> isThere, string why, CancellationToken cancellationToken) =>
        !TaskId.TryParse(taskId, out var id) || await tasks.FindAsync(projectId, id, cancellationToken) is not { State: var task }
            ? (null, Answers.NotFound("Task, and so its log,"))
            : isThere(task) ? (task, null)
            : (null, Answers.Message(why, StatusCodes.Status404NotFound));
}
