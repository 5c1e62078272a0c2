using System.Net;
using System.Text;
using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Contracts.Sealing;

namespace Orleans.Hybrid.Client;

/// <summary>What all ways to the control plane have in common: sealing, trying again, waiting, and following a log.</summary>
public abstract class HybridTasks : IHybridTasks
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly HybridOptions _options;
    private readonly Repetition _repetition;

    /// <summary>Tasks of the project that the options name.</summary>
    protected HybridTasks(HybridOptions options)
    {
        _options = options;
        _repetition = new Repetition(options);
    }

    /// <inheritdoc />
    public async Task<string> QueueAsync(NewTask task, CancellationToken cancel = default) =>
        (await QueueAsync([task], cancel).ConfigureAwait(false))[0];

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> QueueAsync(
        IReadOnlyList<NewTask> tasks, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var request = new QueueRequest { Tasks = [.. tasks.Select(Sealed)] };
        var answer = await SendAsync(request, cancel).ConfigureAwait(false);
        return answer.Tasks.Count == tasks.Count
            ? [.. answer.Tasks.Select(task => task.Id)]
            : throw new HybridException(
                $"{tasks.Count} tasks were queued, and the server answered with {answer.Tasks.Count} ids",
                status: null, answer.Msg, tryAgain: false);
    }

    /// <inheritdoc />
    public abstract Task<TaskInfo> GetAsync(string taskId, CancellationToken cancel = default);

    /// <inheritdoc />
    public abstract Task CancelAsync(string taskId, CancellationToken cancel = default);

    /// <inheritdoc />
    public virtual Task<TaskInfo> WaitAsync(string taskId, CancellationToken cancel = default) =>
        UntilEndedAsync(taskId, _ => Task.CompletedTask, cancel);

    /// <inheritdoc />
    public Task CopyLogAsync(string taskId, Stream destination, CancellationToken cancel = default) =>
        new LogCopy(offset => ReadLogAsync(taskId, offset, cancel), destination).CopyNewAsync(cancel);

    /// <inheritdoc />
    public Task<TaskInfo> FollowLogAsync(string taskId, Stream destination, CancellationToken cancel = default) =>
        FollowLogAsync(taskId, new LogCopy(offset => ReadLogAsync(taskId, offset, cancel), destination), cancel);

    /// <summary>Copies the log from where the copy is.</summary>
    private protected virtual Task<TaskInfo> FollowLogAsync(string taskId, LogCopy log, CancellationToken cancel)
    {
        return UntilEndedAsync(taskId, CopyAsync, cancel);

        async Task CopyAsync(TaskInfo task)
        {
            try
            {
                log.Attempt = task.Attempt ?? 0;
                await log.CopyNewAsync(cancel).ConfigureAwait(false);
            }
            catch (HybridException none) when (none.Status == HttpStatusCode.NotFound)
            {
                // It has not started, or ended before it could.
            }
        }
    }

    /// <summary>Sends a batch whose payloads are sealed already.</summary>
    protected abstract Task<QueueAnswer> SendAsync(QueueRequest request, CancellationToken cancel);

    /// <summary>The present attempt's log from a byte on, as far as there is one.</summary>
    protected abstract IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(
        string taskId, long offset, CancellationToken cancel);

    /// <summary>Does a call again while the server asks to come again, or one that only reads after any passing trouble.</summary>
    protected Task<T> RepeatAsync<T>(Func<Task<T>> call, bool reads, CancellationToken cancel) =>
        _repetition.RunAsync(call, reads, cancel);

    /// <summary>Looks at the task until it has ended, and does <paramref name="each"/> after every look.</summary>
    private async Task<TaskInfo> UntilEndedAsync(string taskId, Func<TaskInfo, Task> each, CancellationToken cancel)
    {
        var clock = _options.TimeProvider;
        var answered = clock.GetTimestamp();
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                var task = await GetAsync(taskId, cancel).ConfigureAwait(false);
                await each(task).ConfigureAwait(false);
                if (task.HasEnded())
                {
                    return task;
                }

                answered = clock.GetTimestamp();
            }
            catch (HybridException trouble) when (
                trouble.TryAgain && clock.GetElapsedTime(answered) < _options.OutagePatience)
            {
                pause = LongestPause;
            }

            await Task.Delay(pause, clock, cancel).ConfigureAwait(false);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;

    private NewTask Sealed(NewTask task) => _options.EncryptionKey is { } key
        ? task with { Payload = SymmetricSeal.Seal(Encoding.UTF8.GetBytes(task.Payload), key) }
        : task;
}
