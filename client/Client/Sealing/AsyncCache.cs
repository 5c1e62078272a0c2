namespace OrleansHybrid.Client.Sealing;

/// <summary>Answers of the control plane by name: each is asked for once, whoever waits for it, and kept unless it failed or is null.</summary>
/// <param name="clock">The clock that their age is measured on.</param>
/// <param name="timeToLive">For how long they are kept; null for as long as this is.</param>
/// <param name="load">Asks; for all who wait, and so not to be cancelled by one of them.</param>
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
