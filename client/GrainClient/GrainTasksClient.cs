using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using OrleansHybrid.Abstractions.Apps;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.GrainClient;

/// <summary>The tasks of a project, through its grain and theirs.</summary>
internal sealed class GrainTasksClient(IGrainFactory grains, HybridGrainClientOptions options) : HybridTasks(options)
{
    private readonly string _token = options.Token;
    private readonly string _projectId = options.ProjectId;
    private readonly IProjectGrain _project = grains.GetGrain<IProjectGrain>(options.ProjectId);

    public override async Task<TaskInfo> GetAsync(string taskId, CancellationToken cancellationToken = default) => ToIron(await CallAsync(
        $"task {taskId}", () => TaskOf(taskId).Find(_token, _projectId), isReadOnly: true, cancellationToken).ConfigureAwait(false));

    public override Task CancelAsync(string taskId, CancellationToken cancellationToken = default) => CallAsync(
        $"cancelling task {taskId}",
        async () => new AppResult<string> { Value = taskId, Rejection = await TaskOf(taskId).Cancel(_token, _projectId).ConfigureAwait(false) },
        isReadOnly: false,
        cancellationToken);

    protected override async Task<EnqueueResponse> SendAsync(EnqueueRequest request, CancellationToken cancellationToken)
    {
        EnqueueTaskRequest[] tasks = [.. request.Tasks.Select(FromIron)];
        var queued = await CallAsync("queueing", () => _project.Enqueue(_token, tasks), isReadOnly: false, cancellationToken).ConfigureAwait(false);
        return new EnqueueResponse { Tasks = [.. queued.Select(task => new TaskRef { Id = task.Id, Existing = task.IsExisting ? true : null })] };
    }

    protected override async Task<string?> FindClusterAsync(string? name, CancellationToken cancellationToken) => (await FindAsync(
        name is null ? "the default cluster" : $"cluster {name}", () => _project.FindCluster(_token, name), cancellationToken).ConfigureAwait(false))?.Id;

    protected override async Task<int?> FindRetriesAsync(string code, CancellationToken cancellationToken) =>
        (await FindAsync($"code package {code}", () => _project.FindCode(_token, code), cancellationToken).ConfigureAwait(false))?.Retries;

    protected override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(
        string taskId, long offset, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<AppResult<TaskLogChunk>>? log = null;
        try
        {
            while (await ExecuteWithRetryAsync(() => MoveNextAsync(offset), isReadOnly: true, cancellationToken).ConfigureAwait(false) is { } chunk)
            {
                yield return chunk.Data;
                offset += chunk.Data.Length;
            }
        }
        finally
        {
            await CloseAsync().ConfigureAwait(false);
        }

        // A log whose enumeration failed is read on where it was by another one.
        async Task<TaskLogChunk?> MoveNextAsync(long from)
        {
            var what = $"the log of task {taskId}";
            log ??= TaskOf(taskId).ReadLog(_token, _projectId, from, follow, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                return await log.MoveNextAsync().ConfigureAwait(false) ? ValueOf(what, log.Current) : null;
            }
            catch (Exception ex) when (ex is HybridException || GatewayServiceCollectionExtensions.IsUnavailable(ex))
            {
                await CloseAsync().ConfigureAwait(false);
                throw ex as HybridException ?? NoResponse(what, ex);
            }
        }

        async ValueTask CloseAsync()
        {
            if (Interlocked.Exchange(ref log, null) is { } open)
            {
                try
                {
                    await open.DisposeAsync().ConfigureAwait(false);
                }
                catch (Exception ex) when (GatewayServiceCollectionExtensions.IsUnavailable(ex))
                {
                    // Whoever would have closed it is gone, and the enumeration with it.
                }
            }
        }
    }

    private ITaskGrain TaskOf(string taskId) => grains.GetGrain<ITaskGrain>(taskId);

    private async Task<T?> FindAsync<T>(string what, Func<Task<AppResult<T>>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await CallAsync(what, call, isReadOnly: true, cancellationToken).ConfigureAwait(false);
        }
        catch (HybridException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Calls a grain, with retries while it returns 503; rejections are thrown.</summary>
    private Task<T> CallAsync<T>(string what, Func<Task<AppResult<T>>> call, bool isReadOnly, CancellationToken cancellationToken)
        where T : class
    {
        return ExecuteWithRetryAsync(OnceAsync, isReadOnly, cancellationToken);

        async Task<T> OnceAsync()
        {
            try
            {
                return ValueOf(what, await call().WaitAsync(cancellationToken).ConfigureAwait(false));
            }
            catch (Exception ex) when (GatewayServiceCollectionExtensions.IsUnavailable(ex))
            {
                throw NoResponse(what, ex);
            }
        }
    }

    private static T ValueOf<T>(string what, AppResult<T> result)
        where T : class => result.Rejection is not { } rejection
            ? result.Value!
            : throw new HybridException(
                $"{what} was rejected with {rejection.Status}: {rejection.Message}",
                (HttpStatusCode)rejection.Status,
                rejection.Message,
                isTransient: rejection.Status == (int)HttpStatusCode.ServiceUnavailable);

    private static HybridException NoResponse(string what, Exception ex) => new(
        $"no response from the control plane for {what}: {ex.Message}", status: null, "", isTransient: true, ex);

    private static EnqueueTaskRequest FromIron(NewTask task) => new()
    {
        CodeName = task.CodeName,
        Payload = task.Payload,
        Priority = task.Priority,
        Cluster = task.Cluster,
        TimeoutSeconds = task.Timeout,
        DelaySeconds = task.Delay,
        Label = task.Label,
        RequiredLabels = task.RequiredLabels is { } labels ? [.. labels] : null,
        IdempotencyKey = task.IdempotencyKey,
        UniqueKey = task.UniqueKey,
        Title = task.Title,
    };

    private static TaskInfo ToIron(TaskDetails task) => new()
    {
        Id = task.Id,
        ProjectId = task.ProjectId,
        CodeId = task.CodeId,
        CodeHistoryId = task.CodeHistoryId,
        CodeName = task.CodeName,
        CodeRev = task.CodeRevision.ToString(CultureInfo.InvariantCulture),
        Status = task.Status,
        Phase = task.Phase,
        Msg = task.Message,
        Priority = task.Priority,
        Timeout = task.TimeoutSeconds,
        Delay = task.DelaySeconds,
        Payload = task.Payload,
        Cluster = task.ClusterId,
        Label = task.Label,
        Title = task.Title,
        ScheduleId = task.ScheduleId,
        CreatedAt = task.CreatedAt,
        UpdatedAt = task.UpdatedAt,
        StartTime = task.StartedAt ?? DateTimeOffset.MinValue,
        EndTime = task.EndedAt ?? DateTimeOffset.MinValue,
        Duration = task.DurationMilliseconds,
        RunTimes = task.Attempt,
        Attempt = task.Attempt,
        Percent = task.Percent,
        LogSize = task.LogSize,
        RetryCount = task.RetryCount,
        OriginalTaskId = task.OriginalTaskId,
        RetryTaskId = task.RetryTaskId,
        ExitCode = task.ExitCode,
        ImageDigest = task.ImageDigest,
        RequiredLabels = task.RequiredLabels is { Length: > 0 } required ? required : null,
        MissingLabels = task.MissingLabels is { Length: > 0 } missing ? missing : null,
        Attempts = task.Attempts is { Length: > 0 } attempts ? [.. attempts.Select(ToIron)] : null,
    };

    private static TaskAttempt ToIron(TaskAttemptDetails attempt) => new()
    {
        Attempt = attempt.Attempt,
        RunnerId = attempt.RunnerId,
        RunnerName = attempt.RunnerName,
        ClaimedAt = attempt.ClaimedAt,
        EndedAt = attempt.EndedAt,
        Outcome = attempt.Outcome,
        Msg = attempt.Message,
    };
}
