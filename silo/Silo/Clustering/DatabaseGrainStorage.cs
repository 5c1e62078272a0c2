using System.Globalization;
using System.Text.Json;
using Orleans.Storage;
using OrleansHybrid.Stores.GrainState;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>
/// Keeps grains' states in the control plane's own database: docs/decisions/0011 says why not in tables of Orleans.
/// </summary>
internal sealed class DatabaseGrainStorage(IGrainStateStore states) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var kept = await states.ReadAsync(stateName, KeyOf(grainId), CancellationToken.None);
        grainState.ETag = kept?.Version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = kept?.State is not null;
        grainState.State = kept?.State is { } state ? JsonSerializer.Deserialize<T>(state)! : Activator.CreateInstance<T>();
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        SaveAsync(stateName, grainId, grainState, JsonSerializer.SerializeToUtf8Bytes(grainState.State));

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await SaveAsync(stateName, grainId, grainState, null);
        grainState.State = Activator.CreateInstance<T>();
    }

    private async Task SaveAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, byte[]? state)
    {
        var version = grainState.ETag is { } etag ? long.Parse(etag, CultureInfo.InvariantCulture) : 0;
        var written = await states.WriteAsync(stateName, KeyOf(grainId), version, state, CancellationToken.None)
            ?? throw new InconsistentStateException(
                $"{stateName} of {grainId} is no longer version {version}: another activation has written it.");
        grainState.ETag = written.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = state is not null;
    }

    private static string KeyOf(GrainId grain) => grain.Key.ToString()!;
}
