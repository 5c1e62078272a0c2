using Orleans.Hybrid.Domain.Steps;
using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Silo.Following;

/// <summary>
/// Looks at all tasks that somebody follows at this silo, in one statement, and wakes those whose task has changed: as soon as
/// this silo has written about one of them, and four times a second for what others write. While nobody follows any, nothing is
/// asked.
/// </summary>
internal sealed partial class FollowedTasks(ITaskStore tasks, TimeProvider time, ILogger<FollowedTasks> log)
{
    private const int MostAtOnce = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // However much is written, so long are two looks apart.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(25);

    private readonly Dictionary<TaskId, Sight> _sights = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _written = New();
    private bool _looking;

    /// <summary>How many tasks are followed.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sights.Count;
            }
        }
    }

    /// <summary>Follows a task until the answer is disposed.</summary>
    public FollowedTask Follow(TaskId task)
    {
        lock (_lock)
        {
            if (!_sights.TryGetValue(task, out var sight))
            {
                sight = new Sight();
                _sights.Add(task, sight);
            }

            sight.Followers++;
            if (!_looking)
            {
                // On a thread of the pool: the looks belong to no request.
                _looking = true;
                ThreadPool.UnsafeQueueUserWorkItem(static all => _ = all.LookAsync(), this, preferLocal: true);
            }

            return new FollowedTask(sight, () => Leave(task, sight));
        }
    }

    /// <summary>Something was written about these tasks: whoever follows one of them need not wait for the next look.</summary>
    public void LookSoon(IEnumerable<TaskId> written)
    {
        lock (_lock)
        {
            if (_sights.Count > 0 && written.Any(_sights.ContainsKey))
            {
                _written.TrySetResult();
            }
        }
    }

    private void Leave(TaskId task, Sight sight)
    {
        lock (_lock)
        {
            if (--sight.Followers == 0)
            {
                _sights.Remove(task);
            }
        }
    }

    private async Task LookAsync()
    {
        while (Followed() is { Length: > 0 } followed)
        {
            var (written, began) = (NextWrite(), time.GetTimestamp());
            foreach (var some in followed.Chunk(MostAtOnce))
            {
                await LookAtAsync(some);
            }

            await RestAsync(written, began);
        }
    }

    private async Task RestAsync(Task written, long began)
    {
        using (var over = new CancellationTokenSource())
        {
            await Task.WhenAny(written, Task.Delay(Pause, time, over.Token));
            await over.CancelAsync();
        }

        var rest = Breath - time.GetElapsedTime(began);
        await (rest > TimeSpan.Zero ? Task.Delay(rest, time) : Task.CompletedTask);
    }

    /// <summary>Ends with the next word of a write; asked for before a look, so that none is missed.</summary>
    private Task NextWrite()
    {
        lock (_lock)
        {
            _written = New();
            return _written.Task;
        }
    }

    private TaskId[] Followed()
    {
        lock (_lock)
        {
            _looking = _sights.Count > 0;
            return [.. _sights.Keys];
        }
    }

    private async Task LookAtAsync(TaskId[] some)
    {
        try
        {
            var glances = (await tasks.GlanceAsync(some, CancellationToken.None)).ToDictionary(glance => glance.Id);
            foreach (var task in some)
            {
                Show(task, glances.GetValueOrDefault(task));
            }
        }
        catch (StoreUnavailableException)
        {
            // The next look comes soon enough, and nothing is missed by it.
        }
        catch (Exception trouble)
        {
            Failed(trouble);
        }
    }

    private void Show(TaskId task, TaskGlance? glance)
    {
        lock (_lock)
        {
            if (_sights.TryGetValue(task, out var sight))
            {
                sight.Show(glance);
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(1, LogLevel.Error, "A look at the tasks that are followed failed: this is a bug")]
    private partial void Failed(Exception trouble);
}

/// <summary>A task as it was seen last, for all who follow it.</summary>
internal sealed class Sight
{
    private TaskCompletionSource _changed = New();
    private bool _isSeen;

    public int Followers { get; set; }

    /// <summary>Null before the first look, and when the task is gone.</summary>
    public TaskGlance? Latest { get; private set; }

    /// <summary>Ends with the next change, or with the first look.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public void Show(TaskGlance? glance)
    {
        if (_isSeen && glance == Latest)
        {
            return;
        }

        (_isSeen, Latest) = (true, glance);
        Interlocked.Exchange(ref _changed, New()).SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One follower's view of a task.</summary>
internal sealed class FollowedTask(Sight sight, Action leave) : IDisposable
{
    private Action? _leave = leave;

    /// <summary>Ends with the next change: ask for it before reading the task, and no change is missed.</summary>
    public Task Changed => sight.Changed;

    /// <summary>The task as it was seen last; null before the first look, and when the task is gone.</summary>
    public TaskGlance? Latest => sight.Latest;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
