using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Streaming;

/// <summary>The tasks that are followed at this silo, polled in one statement, four times a second.</summary>
internal sealed partial class TaskWatcher(ITaskStore tasks, ILogStore logs, TimeProvider time, ILogger<TaskWatcher> log)
    : PollingWatcher<TaskId, TaskSnapshot>(TimeSpan.FromMilliseconds(250), time)
{
    private const int MaxBatchSize = 1000;

    /// <summary>Follows a project's task until the answer is disposed.</summary>
    public TaskSubscription Subscribe(TaskId task)
    {
        var watched = (WatchedTask)AddWatcher(task);
        return new TaskSubscription(watched, () => RemoveWatcher(task, watched));
    }

    protected override WatchedItem<TaskSnapshot> CreateItem(TaskId key) => new WatchedTask(key, tasks, logs);

    protected override async Task PollAsync(TaskId[] watched)
    {
        foreach (var some in watched.Chunk(MaxBatchSize))
        {
            await PollBatchAsync(some);
        }
    }

    private async Task PollBatchAsync(TaskId[] some)
    {
        try
        {
            var snapshots = (await tasks.GetSnapshotsAsync(some, CancellationToken.None)).ToDictionary(snapshot => snapshot.Id);
            foreach (var task in some)
            {
                Update(task, snapshots.GetValueOrDefault(task));
            }
        }
        catch (StoreUnavailableException)
        {
            // The next poll comes soon enough, and misses nothing.
        }
        catch (Exception ex)
        {
            Failed(ex);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Task watcher poll failed")]
    private partial void Failed(Exception exception);
}

/// <summary>A task as it was seen last, and what its followers read of it, once for all of them.</summary>
internal sealed class WatchedTask(TaskId id, ITaskStore tasks, ILogStore logs) : WatchedItem<TaskSnapshot>
{
    // The end of a log that all readers read is short; longer pieces are kept only while they are read.
    private const int MaxCachedLogBytes = 16 << 10;

    private readonly Lock _lock = new();
    private SharedTaskRead? _task;
    private ((int Attempt, long Offset, long Size) At, Task<byte[]> Read)? _log;
    private long _number;

    /// <summary>The number of the latest read that began.</summary>
    public long Number => Interlocked.Read(ref _number);

    /// <summary>
    /// The whole task, by a read that began after the one that <paramref name="after"/> stands for, and the number that stands for this one: who
    /// has read it once is never shown it as it was before.
    /// </summary>
    public async Task<(StoredTask? Task, long Number)> ReadAsync(string projectId, long after, CancellationToken cancellationToken)
    {
        Task<StoredTask?>? read;
        lock (_lock)
        {
            read = _task is { } known && known.Number > after && ReferenceEquals(known.Snapshot, Latest) ? known.Result : null;
            if (read is null)
            {
                var begun = new SharedTaskRead(++_number, Latest);
                _task = begun;
                read = begun.Begin(() => tasks.FindAsync(projectId, id, CancellationToken.None));
            }
        }

        return (await read.WaitAsync(cancellationToken), Number);
    }

    /// <summary>The log of an attempt from a byte on, when it is known to have so many.</summary>
    public async Task<byte[]> ReadLogAsync(int attempt, long offset, long size, CancellationToken cancellationToken)
    {
        Task<byte[]> read;
        lock (_lock)
        {
            if (_log is not { } known || known.At != (attempt, offset, size) || known.Read is { IsFaulted: true })
            {
                known = ((attempt, offset, size), Task.Run(() => logs.ReadAsync(id, attempt, offset, CancellationToken.None), CancellationToken.None));
                _log = known;
            }

            read = known.Read;
        }

        var bytes = await read.WaitAsync(cancellationToken);
        if (bytes.Length > MaxCachedLogBytes)
        {
            lock (_lock)
            {
                _log = _log?.Read == read ? null : _log;
            }
        }

        return bytes;
    }
}

/// <summary>
/// A read of a task that all its followers share. The result has the payload: it is held weakly, so that it stays as long as
/// a follower uses it.
/// </summary>
internal sealed class SharedTaskRead(long number, TaskSnapshot? snapshot)
{
    private readonly WeakReference<StoredTask?> _task = new(null);
    private volatile Task<StoredTask?>? _running;

    public long Number { get; } = number;

    /// <summary>How the task had been seen when the read began.</summary>
    public TaskSnapshot? Snapshot { get; } = snapshot;

    /// <summary>The read; null when it failed or its result was collected.</summary>
    public Task<StoredTask?>? Result => _running is { IsFaulted: false } running ? running
        : _task.TryGetTarget(out var task) ? Task.FromResult<StoredTask?>(task) : null;

    public Task<StoredTask?> Begin(Func<Task<StoredTask?>> read)
    {
        var running = Task.Run(read);
        _running = running;
        running.ContinueWith(
            OnCompleted, CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return running;
    }

    private void OnCompleted(Task<StoredTask?> done)
    {
        if (done.Result is { } task)
        {
            _task.SetTarget(task);
            _running = null;
        }
    }
}

/// <summary>The task as one subscriber has read it; it is read again only when it has changed.</summary>
internal sealed class CachedTask(TaskSubscription subscription, string projectId)
{
    private TaskSnapshot? _read;

    /// <summary>The task as it is known, with all of its log that was seen.</summary>
    public TaskSnapshot Snapshot { get; private set; } = null!;

    /// <summary>Whether there is the task; and it itself if it was read once more.</summary>
    public async Task<(bool Exists, StoredTask? Read)> UpdateAsync(CancellationToken cancellationToken)
    {
        var (latest, read) = (subscription.Latest, (StoredTask?)null);
        if (_read is null || latest is null || latest with { LogSize = 0 } != _read with { LogSize = 0 })
        {
            // What was seen may be older than what is known: only the task itself says how it is.
            read = await subscription.ReadAsync(projectId, cancellationToken);
            if (read is null)
            {
                return (false, null);
            }

            _read = TaskSnapshot.Of(read.State);
        }

        Snapshot = latest?.Attempt == _read.Attempt ? _read with { LogSize = Math.Max(latest.LogSize, _read.LogSize) } : _read;
        return (true, read);
    }
}

/// <summary>One follower's view of a task.</summary>
internal sealed class TaskSubscription(WatchedTask watched, Action leave) : IDisposable
{
    private Action? _leave = leave;
    private long _read = watched.Number;

    /// <summary>Ends with the next change: ask for it before reading the task, and no change is missed.</summary>
    public Task Changed => watched.Changed;

    /// <summary>The task's latest snapshot; null before the first poll, and when the task no longer exists.</summary>
    public TaskSnapshot? Latest => watched.Latest;

    /// <summary>The whole task, never as it was before what this follower has read; null when there is none.</summary>
    public async Task<StoredTask?> ReadAsync(string projectId, CancellationToken cancellationToken)
    {
        (var task, _read) = await watched.ReadAsync(projectId, _read, cancellationToken);
        return task;
    }

    /// <inheritdoc cref="WatchedTask.ReadLogAsync"/>
    public Task<byte[]> ReadLogAsync(int attempt, long offset, long size, CancellationToken cancellationToken) =>
        watched.ReadLogAsync(attempt, offset, size, cancellationToken);

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
