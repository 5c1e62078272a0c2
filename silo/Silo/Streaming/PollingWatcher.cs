namespace OrleansHybrid.Silo.Streaming;

/// <summary>
/// Polls all items of a kind that are watched at this silo, once for all watchers, and wakes those whose item has changed:
/// with a pause between two polls, and at once for what this silo has written itself. Without watchers, nothing is polled.
/// </summary>
internal abstract class PollingWatcher<TKey, TSeen>(TimeSpan pollInterval, TimeProvider time)
    where TKey : notnull
    where TSeen : class
{
    // However much is written, so long are two looks apart.
    private static readonly TimeSpan MinPollInterval = TimeSpan.FromMilliseconds(25);

    private readonly Dictionary<TKey, WatchedItem<TSeen>> _items = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _written = New();
    private bool _isPolling;

    /// <summary>How many things are watched.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _items.Count;
            }
        }
    }

    /// <summary>Something was written about these: their watchers need not wait for the next poll.</summary>
    public void PollSoon(IEnumerable<TKey> written)
    {
        lock (_lock)
        {
            if (_items.Count > 0 && written.Any(_items.ContainsKey))
            {
                _written.TrySetResult();
            }
        }
    }

    /// <summary>Begins to watch one, for another watcher; <see cref="RemoveWatcher"/> ends it.</summary>
    protected WatchedItem<TSeen> AddWatcher(TKey key)
    {
        lock (_lock)
        {
            if (!_items.TryGetValue(key, out var item))
            {
                item = CreateItem(key);
                _items.Add(key, item);
            }

            item.Watchers++;
            if (!_isPolling)
            {
                // On a thread of the pool: the looks belong to no request.
                _isPolling = true;
                ThreadPool.UnsafeQueueUserWorkItem(static all => _ = all.RunAsync(), this, preferLocal: true);
            }

            return item;
        }
    }

    /// <summary>One watcher less.</summary>
    protected void RemoveWatcher(TKey key, WatchedItem<TSeen> item)
    {
        lock (_lock)
        {
            if (--item.Watchers == 0)
            {
                _items.Remove(key);
            }
        }
    }

    /// <summary>Polls what is watched and calls <see cref="Update"/> with it; it never fails.</summary>
    protected abstract Task PollAsync(TKey[] watched);

    /// <summary>Creates an item for a key that was not watched.</summary>
    protected virtual WatchedItem<TSeen> CreateItem(TKey key) => new();

    /// <summary>Sets the latest value; null when it no longer exists.</summary>
    protected void Update(TKey key, TSeen? latest)
    {
        lock (_lock)
        {
            if (_items.TryGetValue(key, out var item))
            {
                item.Update(latest);
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        while (Watched() is { Length: > 0 } watched)
        {
            var (written, began) = (NextWrite(), time.GetTimestamp());
            await PollAsync(watched);
            await DelayAsync(written, began);
        }
    }

    private async Task DelayAsync(Task written, long began)
    {
        using (var over = new CancellationTokenSource())
        {
            await Task.WhenAny(written, Task.Delay(pollInterval, time, over.Token));
            await over.CancelAsync();
        }

        var rest = MinPollInterval - time.GetElapsedTime(began);
        await (rest > TimeSpan.Zero ? Task.Delay(rest, time) : Task.CompletedTask);
    }

    /// <summary>Completes with the next notified write; taken before a poll, so that none is missed.</summary>
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
            _isPolling = _items.Count > 0;
            return [.. _items.Keys];
        }
    }
}

/// <summary>An item's latest value, for all watchers: a slow one gets the newest, and nothing is queued for any.</summary>
internal class WatchedItem<TSeen>
    where TSeen : class
{
    private TaskCompletionSource _changed = New();
    private bool _isSeen;

    public int Watchers { get; set; }

    /// <summary>Null before the first poll, and when the item no longer exists.</summary>
    public TSeen? Latest { get; private set; }

    /// <summary>Completes with the next change, or with the first poll.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public void Update(TSeen? latest)
    {
        if (_isSeen && Equals(latest, Latest))
        {
            return;
        }

        (_isSeen, Latest) = (true, latest);
        Interlocked.Exchange(ref _changed, New()).SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
