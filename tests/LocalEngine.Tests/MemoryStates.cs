using System.Collections.Concurrent;

namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>States by name and key, as a database would keep them; <see cref="Trouble"/> is thrown while it is set.</summary>
internal sealed class MemoryStates : IStateStorage
{
    private readonly ConcurrentDictionary<(string Name, string Key), (long Version, byte[]? State)> _states = new();

    public Exception? Trouble { get; set; }

    public Task<(long Version, byte[]? State)?> ReadAsync(string name, string key) => Trouble is { } trouble
        ? Task.FromException<(long, byte[]?)?>(trouble)
        : Task.FromResult<(long, byte[]?)?>(_states.TryGetValue((name, key), out var kept) ? kept : null);

    public Task<long?> WriteAsync(string name, string key, long version, byte[]? state)
    {
        lock (_states)
        {
            var kept = _states.GetValueOrDefault((name, key)).Version;
            if (kept != version)
            {
                return Task.FromResult<long?>(null);
            }

            _states[(name, key)] = (version + 1, state);
            return Task.FromResult<long?>(version + 1);
        }
    }
}
