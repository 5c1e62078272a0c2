using Orleans.Hybrid.LocalEngine;
using Orleans.Hybrid.Stores.GrainStates;

namespace Orleans.Hybrid.Silo.Engines;

/// <summary>Keeps grains' states in the control plane's own database.</summary>
internal sealed class LocalStates(IGrainStateStore states) : IStateStorage
{
    public async Task<(long Version, byte[]? State)?> ReadAsync(string name, string key) =>
        await states.ReadAsync(name, key, CancellationToken.None) is { } kept ? (kept.Version, kept.State) : null;

    public Task<long?> WriteAsync(string name, string key, long version, byte[]? state) =>
        states.WriteAsync(name, key, version, state, CancellationToken.None);
}
