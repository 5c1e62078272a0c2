namespace OrleansHybrid.Client.Sealing;

/// <summary>Caches responses of the control plane by name; concurrent requests share one call. Failures and nulls are not kept.</summary>
/// <param name="clock">The clock that their age is measured on.</param>
/// <param name="timeToLive">How long they are kept; null for the lifetime of the cache.</param>
/// <param name="load">Loads a value for all waiting callers; none of them can cancel it.</param>
internal sealed class AsyncCache<T>(TimeProvider clock, TimeSpan? timeToLive, Func<string, Task<T?>> load)
    where T : class
{
    private readonly Dictionary<string, CachedValue> _entries = new(StringComparer.Ordinal);

    public Task<T?> GetAsync(string name, CancellationToken cancellationToken)
    {
        lock (_entries)
        {
            if (!_entries.TryGetValue(name, out var known) || !IsFresh(known))
            {
                _entries[name] = known = new CachedValue(load(name), clock.GetTimestamp());
            }

            return known.Value.WaitAsync(cancellationToken);
        }
    }

    public void Clear()
    {
        lock (_entries)
        {
            _entries.Clear();
        }
    }

    private bool IsFresh(CachedValue known) => !known.Value.IsCompleted
        || (known.Value is { IsCompletedSuccessfully: true, Result: not null } && !(clock.GetElapsedTime(known.LoadedAt) >= timeToLive));

    private readonly record struct CachedValue(Task<T?> Value, long LoadedAt);
}
