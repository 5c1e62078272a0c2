using Orleans.Concurrency;

namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>A grain that does in its turns what a test tells it.</summary>
public interface IActor : IGrainWithStringKey
{
    Task Do(Func<Actor, Task> work);

    [AlwaysInterleave]
    Task DoMeanwhile(Func<Actor, Task> work);

    [ReadOnly]
    Task Read(Func<Actor, Task> work);

    [OneWay]
    Task Tell(Func<Actor, Task> work);

    Task<string> Ask(Func<Actor, Task<string>> work);

    Task DoUnless(Func<CancellationToken, Task> work, CancellationToken cancel);
}

/// <summary>An actor whose calls wait for each other.</summary>
public interface IPlainActor : IActor;

/// <summary>An actor whose calls interleave.</summary>
public interface IReentrantActor : IActor;

/// <summary>What both actors do; tests may call in them what a grain calls in itself.</summary>
public abstract class Actor(Script script, IGrainFactory grains) : Grain
{
    /// <summary>What this activation remembers.</summary>
    public int Memory { get; set; }

    public IGrainFactory Grains => grains;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => script.ActivateAsync(this);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        script.OnDeactivate(this, reason);

    public Task Do(Func<Actor, Task> work) => work(this);

    public Task DoMeanwhile(Func<Actor, Task> work) => work(this);

    public Task Read(Func<Actor, Task> work) => work(this);

    public Task Tell(Func<Actor, Task> work) => work(this);

    public Task<string> Ask(Func<Actor, Task<string>> work) => work(this);

    public Task DoUnless(Func<CancellationToken, Task> work, CancellationToken cancel) => work(cancel);

    public IGrainTimer StartTimer(Func<CancellationToken, Task> tick, GrainTimerCreationOptions options) =>
        this.RegisterGrainTimer(static (tick, cancel) => tick(cancel), tick, options);

    public void Leave() => DeactivateOnIdle();
}

/// <summary>The grain behind <see cref="IPlainActor"/>.</summary>
public sealed class PlainActor(Script script, IGrainFactory grains) : Actor(script, grains), IPlainActor;

/// <summary>The grain behind <see cref="IReentrantActor"/>.</summary>
[Reentrant]
public sealed class ReentrantActor(Script script, IGrainFactory grains) : Actor(script, grains), IReentrantActor;

/// <summary>What actors do when they come and go.</summary>
public sealed class Script
{
    private int _activations;

    public Func<Actor, Task> OnActivate { get; set; } = _ => Task.CompletedTask;

    public Func<Actor, DeactivationReason, Task> OnDeactivate { get; set; } = (_, _) => Task.CompletedTask;

    public int Activations => _activations;

    internal Task ActivateAsync(Actor actor)
    {
        Interlocked.Increment(ref _activations);
        return OnActivate(actor);
    }
}
