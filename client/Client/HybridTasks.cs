using System.Net;
using OrleansHybrid.Client.Sealing;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>The part that all ways to the control plane share: sealing, retries, waiting, and following a log.</summary>
public abstract class HybridTasks : IHybridTasks
{
    private static readonly TimeSpan MinPollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxPollInterval = TimeSpan.FromSeconds(1);

    private readonly HybridOptions _options;
    private readonly ClientRetry _retry;

    /// <summary>Tasks of the project that the options name.</summary>
    protected HybridTasks(HybridOptions options)
    {
        _options = options;
        _retry = new ClientRetry(options);
        Sealer = new PayloadSealer(options, FindClusterAsync, FindRetriesAsync);
    }

    /// <summary>Seals this client's payloads.</summary>
    internal PayloadSealer Sealer { get; }

    /// <inheritdoc />
    public async Task<string> EnqueueAsync(NewTask task, CancellationToken cancellationToken = default) =>
        (await EnqueueAsync([task], cancellationToken).ConfigureAwait(false))[0];

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> EnqueueAsync(
        IReadOnlyList<NewTask> tasks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var request = await SealAsync(tasks, cancellationToken).ConfigureAwait(false);
        var answer = await Sealer.SendAsync(() => SendAsync(request, cancellationToken)).ConfigureAwait(false);
        return answer.Tasks.Count == tasks.Count
            ? [.. answer.Tasks.Select(task => task.Id)]
            : throw new HybridException(
                $"{tasks.Count} tasks were sent, and the server returned {answer.Tasks.Count} ids",
                status: null, answer.Msg, isTransient: false);
    }

    /// <inheritdoc />
    public abstract Task<TaskInfo> GetAsync(string taskId, CancellationToken cancellationToken = default);

    /// <inheritdoc />
    public abstract Task CancelAsync(string taskId, CancellationToken cancellationToken = default);

    /// <inheritdoc />
    public virtual Task<TaskInfo> WaitAsync(string taskId, CancellationToken cancellationToken = default) =>
        PollUntilEndedAsync(taskId, _ => Task.CompletedTask, cancellationToken);

    /// <inheritdoc />
    public Task CopyLogAsync(string taskId, Stream destination, CancellationToken cancellationToken = default) =>
        new LogCopier(offset => ReadLogAsync(taskId, offset, follow: false, cancellationToken), destination).CopyNewAsync(cancellationToken);

    /// <inheritdoc />
    public Task<TaskInfo> FollowLogAsync(string taskId, Stream destination, CancellationToken cancellationToken = default) =>
        FollowLogAsync(taskId, new LogCopier(offset => ReadLogAsync(taskId, offset, follow: true, cancellationToken), destination), cancellationToken);

    /// <summary>Copies the log from where the copy is.</summary>
    private protected virtual Task<TaskInfo> FollowLogAsync(string taskId, LogCopier log, CancellationToken cancellationToken)
    {
        return PollUntilEndedAsync(taskId, CopyAsync, cancellationToken);

        async Task CopyAsync(TaskInfo task)
        {
            try
            {
                log.Attempt = task.Attempt ?? 0;
                await log.CopyNewAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (HybridException ex) when (ex.Status == HttpStatusCode.NotFound)
            {
                // It has not started, or ended before it could.
            }
        }
    }

    /// <summary>Sends a batch whose payloads are sealed already.</summary>
    protected abstract Task<EnqueueResponse> SendAsync(EnqueueRequest request, CancellationToken cancellationToken);

    /// <summary>The id of the cluster that has this name, or with null of the project's default; null when there is none.</summary>
    protected abstract Task<string?> FindClusterAsync(string? name, CancellationToken cancellationToken);

    /// <summary>How often failed tasks of this code package are tried again; null when there is none of this name.</summary>
    protected abstract Task<int?> FindRetriesAsync(string code, CancellationToken cancellationToken);

    /// <summary>
    /// The present attempt's log from a byte on, as far as there is one; with <paramref name="follow"/> to the attempt's end, where the way there
    /// can wait for it.
    /// </summary>
    protected abstract IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(
        string taskId, long offset, bool follow, CancellationToken cancellationToken);

    /// <summary>Retries a call while the server returns 503; a read is retried after any transient failure.</summary>
    protected Task<T> ExecuteWithRetryAsync<T>(Func<Task<T>> call, bool isReadOnly, CancellationToken cancellationToken) =>
        _retry.ExecuteAsync(call, isReadOnly, cancellationToken);

    private async Task<EnqueueRequest> SealAsync(IReadOnlyList<NewTask> tasks, CancellationToken cancellationToken)
    {
        var sealedTasks = new NewTask[tasks.Count];
        for (var i = 0; i < sealedTasks.Length; i++)
        {
            sealedTasks[i] = await Sealer.SealAsync(tasks[i], cancellationToken).ConfigureAwait(false);
        }

        return new EnqueueRequest { Tasks = sealedTasks };
    }

    /// <summary>Polls the task until it has ended, and calls <paramref name="each"/> after every poll.</summary>
    private async Task<TaskInfo> PollUntilEndedAsync(string taskId, Func<TaskInfo, Task> each, CancellationToken cancellationToken)
    {
        var clock = _options.TimeProvider;
        var answered = clock.GetTimestamp();
        for (var pause = MinPollInterval; ; pause = NextPollInterval(pause))
        {
            try
            {
                var task = await GetAsync(taskId, cancellationToken).ConfigureAwait(false);
                await each(task).ConfigureAwait(false);
                if (task.HasEnded())
                {
                    return task;
                }

                answered = clock.GetTimestamp();
            }
            catch (HybridException ex) when (
                ex.IsTransient && clock.GetElapsedTime(answered) < _options.OutageTimeout)
            {
                pause = MaxPollInterval;
            }

            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan NextPollInterval(TimeSpan pause) => pause * 1.5 < MaxPollInterval ? pause * 1.5 : MaxPollInterval;
}
