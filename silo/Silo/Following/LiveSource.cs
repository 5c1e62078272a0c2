namespace OrleansHybrid.Silo.Following;

/// <summary>
/// Looks at all things of a kind that somebody watches at this silo, once for all who watch, and wakes those whose thing has changed:
/// with a pause between two looks, and at once for what this silo has written itself. While nobody watches, nothing is asked.
/// </summary>
internal abstract class LiveSource<TKey, TSeen>(TimeSpan pause, TimeProvider time)
    where TKey : notnull
    where TSeen : class
{
    // However much is written, so long are two looks apart.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(25);

    private readonly Dictionary<TKey, Sight<TSeen>> _sights = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _written = New();
    private bool _looking;

    /// <summary>How many things are watched.</summary>
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

    /// <summary>Something was written about these: whoever watches one of them need not wait for the next look.</summary>
    public void LookSoon(IEnumerable<TKey> written)
    {
        lock (_lock)
        {
            if (_sights.Count > 0 && written.Any(_sights.ContainsKey))
            {
                _written.TrySetResult();
            }
        }
    }

    /// <summary>Begins to watch one, for another watcher; <see cref="Leave"/> ends it.</summary>
    protected Sight<TSeen> Enter(TKey key)
    {
        lock (_lock)
        {
            if (!_sights.TryGetValue(key, out var sight))
            {
                sight = NewSight(key);
                _sights.Add(key, sight);
            }

            sight.Watchers++;
            if (!_looking)
            {
                // On a thread of the pool: the looks belong to no request.
                _looking = true;
                ThreadPool.UnsafeQueueUserWorkItem(static all => _ = all.LookAsync(), this, preferLocal: true);
            }

            return sight;
        }
    }

    /// <summary>One watcher less.</summary>
    protected void Leave(TKey key, Sight<TSeen> sight)
    {
        lock (_lock)
        {
            if (--sight.Watchers == 0)
            {
                _sights.Remove(key);
            }
        }
    }

    /// <summary>A look at what is watched, which tells <see cref="Show"/> what it has seen; it never fails.</summary>
    protected abstract Task LookAtAsync(TKey[] watched);

    /// <summary>Something that nobody has watched before.</summary>
    protected virtual Sight<TSeen> NewSight(TKey key) => new();

    /// <summary>So this one is now; null when it is gone.</summary>
    protected void Show(TKey key, TSeen? seen)
    {
        lock (_lock)
        {
            if (_sights.TryGetValue(key, out var sight))
            {
                sight.Show(seen);
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task LookAsync()
    {
        while (Watched() is { Length: > 0 } watched)
        {
            var (written, began) = (NextWrite(), time.GetTimestamp());
            await LookAtAsync(watched);
            await RestAsync(written, began);
        }
    }

    private async Task RestAsync(Task written, long began)
    {
        using (var over = new CancellationTokenSource())
        {
            await Task.WhenAny(written, Task.Delay(pause, time, over.Token));
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

    private TKey[] Watched()
    {
        lock (_lock)
        {
            _looking = _sights.Count > 0;
            return [.. _sights.Keys];
        }
    }
}

/// <summary>Something as it was seen last, for all who watch it: who is slow meets the newest, and nothing is kept for anybody.</summary>
internal class Sight<TSeen>
    where TSeen : class
{
    private TaskCompletionSource _changed = New();
    private bool _isSeen;

    public int Watchers { get; set; }

    /// <summary>Null before the first look, and when the thing is gone.</summary>
    public TSeen? Latest { get; private set; }

    /// <summary>Ends with the next change, or with the first look.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public void Show(TSeen? seen)
    {
        if (_isSeen && Equals(seen, Latest))
        {
            return;
        }

        (_isSeen, Latest) = (true, seen);
        Interlocked.Exchange(ref _changed, New()).SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
