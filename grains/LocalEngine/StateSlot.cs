using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Hybrid.LocalEngine;

/// <summary>Where grains' states are kept, as bytes; a write names the version that it goes over.</summary>
public interface IStateStorage
{
    /// <summary>What is kept, none when it was cleared, and its version; null when there never was anything.</summary>
    Task<(long Version, byte[]? State)?> ReadAsync(string name, string key);

    /// <summary>The new version; null, and nothing is written, when another version than this is kept.</summary>
    Task<long?> WriteAsync(string name, string key, long version, byte[]? state);
}

/// <summary>One state of one activation.</summary>
internal abstract class StateSlot
{
    /// <summary>What makes the slots for a parameter of a grain's constructor.</summary>
    public static Func<string, StateSlot> For(ParameterInfo parameter, Engine engine)
    {
        var slot = typeof(StateSlot<>).MakeGenericType(parameter.ParameterType.GenericTypeArguments);
        var name = parameter.GetCustomAttribute<PersistentStateAttribute>()!.StateName;
        return key => (StateSlot)Activator.CreateInstance(slot, name, key, engine.Services.GetRequiredService<IStateStorage>())!;
    }

    public abstract Task ReadStateAsync();
}

/// <summary>A state of this type, as JSON in the storage.</summary>
internal sealed class StateSlot<TState>(string name, string key, IStateStorage storage) : StateSlot, IPersistentState<TState>
{
    private long _version;

    public TState State { get; set; } = Activator.CreateInstance<TState>();
    public string? Etag => _version == 0 ? null : $"{_version}";
    public bool RecordExists { get; private set; }

    public override async Task ReadStateAsync()
    {
        var (version, state) = await storage.ReadAsync(name, key) ?? (0, null);
        (_version, RecordExists) = (version, state is not null);
        State = state is null ? Activator.CreateInstance<TState>() : JsonSerializer.Deserialize<TState>(state)!;
    }

    public Task WriteStateAsync() => KeepAsync(JsonSerializer.SerializeToUtf8Bytes(State));

    public async Task ClearStateAsync()
    {
        await KeepAsync(null);
        State = Activator.CreateInstance<TState>();
    }

    private async Task KeepAsync(byte[]? state)
    {
        _version = await storage.WriteAsync(name, key, _version, state) ?? throw new InconsistentStateException(
            $"{name} of {key} is no longer version {_version}: another activation has written it.");
        RecordExists = state is not null;
    }
}
