using Orleans.Hybrid.LocalEngine;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Marks an interface whose calls go to a grain.</summary>
public interface IGrain : IAddressable;

/// <summary>Marks a grain interface whose grains are known by a string.</summary>
public interface IGrainWithStringKey : IGrain;

/// <summary>Marks an interface through which grains tell something, one-way, to objects that are no grains.</summary>
public interface IGrainObserver : IAddressable;

/// <summary>Gives references; an observer is held weakly, so whoever observes must hold it.</summary>
public interface IGrainFactory
{
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey) where TGrainInterface : IGrainWithStringKey;
    TObserver CreateObjectReference<TObserver>(IGrainObserver obj) where TObserver : IGrainObserver;
    void DeleteObjectReference<TObserver>(IGrainObserver obj) where TObserver : IGrainObserver;
}

/// <summary>Base of all grain classes.</summary>
public abstract class Grain : IAddressable
{
    private Activation? _activation;

    internal Activation Activation
    {
        get => _activation ?? throw new InvalidOperationException(
            $"This {GetType().Name} has no key and no timers: it was made with new, or is still in its constructor.");
        set => _activation = value;
    }

    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    protected void DeactivateOnIdle() => Activation.DeactivateOnIdle();
}

/// <summary>What grains and references to them know of themselves.</summary>
public static class GrainExtensions
{
    public static string GetPrimaryKeyString(this IAddressable grain) =>
        (grain as Reference)?.Recipient is GrainAddress address ? address.Key : ((Grain)grain).Activation.Key;
}

/// <summary>Timers, whose ticks are turns of their grain.</summary>
public static class GrainBaseExtensions
{
    public static IGrainTimer RegisterGrainTimer<TState>(
        this Grain grain,
        Func<TState, CancellationToken, Task> callback,
        TState state,
        GrainTimerCreationOptions options) =>
        new GrainTimer(grain.Activation, cancel => callback(state, cancel), options).Start();
}

/// <summary>Why an activation ends, for code and for people.</summary>
public readonly record struct DeactivationReason(DeactivationReasonCode ReasonCode, string Description);

/// <summary>The reasons for which this engine ends activations, numbered as in Orleans.</summary>
public enum DeactivationReasonCode : byte
{
    None = 0, ShuttingDown = 1, ActivationIdle = 4, ApplicationRequested = 9, RuntimeRequested = 11,
}
