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
