using System.Collections.Concurrent;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Remembers what was found, for a few seconds, so that the hot path asks the database nothing. What was not found is
/// asked for again each time: a thing just made is there at once.
/// </summary>
internal sealed class ExpiringCache<TKey, TValue>(
    TimeProvider time, TimeSpan lifetime, Func<TKey, CancellationToken, Task<TValue?>> load)
    where TKey : notnull
    where TValue : class
{
    private const int MaxEntries = 20_000;

    private readonly ConcurrentDictionary<TKey, CacheEntry> _entries = new();
    private long _invalidations;

    /// <summary>How many values are kept, of those that may be out of date by now as well.</summary>
    public int Count => _entries.Count;

    /// <summary>The value; null when there is none.</summary>
    public ValueTask<TValue?> FindAsync(TKey key, CancellationToken cancellationToken) =>
        _entries.TryGetValue(key, out var entry) && time.GetElapsedTime(entry.At) < lifetime
            ? new ValueTask<TValue?>(entry.Value)
            : new ValueTask<TValue?>(LoadAsync(key, cancellationToken));

    /// <summary>Has the next look-up of this key ask the database.</summary>
    public void Invalidate(TKey key)
    {
        Interlocked.Increment(ref _invalidations);
        _entries.TryRemove(key, out _);
    }

    /// <summary>Has every next look-up ask the database.</summary>
    public void InvalidateAll()
    {
        Interlocked.Increment(ref _invalidations);
        _entries.Clear();
    }

    private async Task<TValue?> LoadAsync(TKey key, CancellationToken cancellationToken)
    {
        var forgotten = Interlocked.Read(ref _invalidations);
        var at = time.GetTimestamp();
        var value = await load(key, cancellationToken);

        // What was read before somebody forgot a key may be the old state of just that key.
        if (value is not null && forgotten == Interlocked.Read(ref _invalidations))
        {
            MakeRoom();
            _entries[key] = new CacheEntry(value, at);
        }

        return value;
    }

    private void MakeRoom()
    {
        if (_entries.Count < MaxEntries)
        {
            return;
        }

        foreach (var (key, entry) in _entries)
        {
            if (time.GetElapsedTime(entry.At) >= lifetime)
            {
                _entries.TryRemove(key, out _);
            }
        }

        if (_entries.Count >= MaxEntries)
        {
            _entries.Clear();
        }
    }

    private sealed record CacheEntry(TValue Value, long At);
}
