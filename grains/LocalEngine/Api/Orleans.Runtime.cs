namespace Orleans.Runtime;

/// <summary>What can be called by reference: grains and observers.</summary>
public interface IAddressable;

/// <summary>A running timer of a grain; disposing it ends it.</summary>
public interface IGrainTimer : IDisposable;

/// <summary>When a timer ticks, the period counting from the end of a tick, and what its ticks may do.</summary>
public readonly struct GrainTimerCreationOptions()
{
    public required TimeSpan DueTime { get; init; }
    public required TimeSpan Period { get; init; }
    public bool Interleave { get; init; }
    public bool KeepAlive { get; init; }
}

/// <summary>Asks, at a parameter of a grain's constructor, for the state that is kept under this name.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class PersistentStateAttribute(string stateName) : Attribute
{
    public string StateName { get; } = stateName;
}

/// <summary>A grain's own state: read before it activates, written over the one that was read and no other.</summary>
public interface IPersistentState<TState>
{
    TState State { get; set; }
    string? Etag { get; }
    bool RecordExists { get; }
    Task ReadStateAsync();
    Task WriteStateAsync();
    Task ClearStateAsync();
}
