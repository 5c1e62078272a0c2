using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Remembers what was found, for a few seconds, so that the hot path asks the database nothing. What was not found is
/// asked for again each time: a thing just made is there at once.
/// </summary>
internal sealed class ExpiringCache<TKey, TValue> : IDisposable
    where TKey : notnull
    where TValue : class
{
    private const int MaxEntries = 20_000;

    private readonly ElapsedClock _clock;
    private readonly TimeSpan _lifetime;
    private readonly Func<TKey, CancellationToken, Task<TValue?>> _load;
    private readonly MemoryCache _entries;
    private long _invalidations;

    /// <summary>Remembers for <paramref name="lifetime"/> what <paramref name="load"/> finds.</summary>
    public ExpiringCache(TimeProvider time, TimeSpan lifetime, Func<TKey, CancellationToken, Task<TValue?>> load)
    {
        (_clock, _lifetime, _load) = (new ElapsedClock(time), lifetime, load);
        _entries = new MemoryCache(new MemoryCacheOptions { SizeLimit = MaxEntries, Clock = _clock });
    }

    /// <summary>How many values are kept, of those that may be out of date by now as well.</summary>
    public int Count => _entries.Count;

    /// <summary>The value; null when there is none.</summary>
    public ValueTask<TValue?> FindAsync(TKey key, CancellationToken cancellationToken) =>
        _entries.TryGetValue(key, out TValue? value)
            ? new ValueTask<TValue?>(value)
            : new ValueTask<TValue?>(LoadAsync(key, cancellationToken));

    /// <summary>Has the next look-up of this key ask the database.</summary>
    public void Invalidate(TKey key)
    {
        Interlocked.Increment(ref _invalidations);
        _entries.Remove(key);
    }

    /// <summary>Has every next look-up ask the database.</summary>
    public void InvalidateAll()
    {
        Interlocked.Increment(ref _invalidations);
        _entries.Clear();
    }

    /// <inheritdoc />
    public void Dispose() => _entries.Dispose();

    private async Task<TValue?> LoadAsync(TKey key, CancellationToken cancellationToken)
    {
        var forgotten = Interlocked.Read(ref _invalidations);
        var expiresAt = _clock.UtcNow + _lifetime;
        var value = await _load(key, cancellationToken);

        // A value read before an invalidation may be the old one of just that key.
        if (value is not null && forgotten == Interlocked.Read(ref _invalidations))
        {
            _entries.Set(key, value, new MemoryCacheEntryOptions { AbsoluteExpiration = expiresAt, Size = 1 });
        }

        return value;
    }

    /// <summary>Time that only goes forward, also when the machine's clock is set back: nothing is kept for longer because of that.</summary>
    private sealed class ElapsedClock(TimeProvider time) : ISystemClock
    {
        private readonly DateTimeOffset _start = time.GetUtcNow();
        private readonly long _startedAt = time.GetTimestamp();

        public DateTimeOffset UtcNow => _start + time.GetElapsedTime(_startedAt);
    }
}
