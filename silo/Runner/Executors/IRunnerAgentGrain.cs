using Orleans.Concurrency;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Executors;

/// <summary>
/// The agent of one session, known by the session's id: it claims tasks for its free slots and hands each to an executor. Its turns are
/// short and guard the slots; a poll that the control plane holds takes none of them, only its answer does.
/// </summary>
[Alias("hybrid.runner-agent")]
internal interface IRunnerAgentGrain : IGrainWithStringKey
{
    /// <summary>Begins to claim, until the session's services say that it is over.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>A task is over here; it <paramref name="counts"/> when it was started or has got its result.</summary>
    [OneWay]
    [Alias("release")]
    Task Release(LeaseRef lease, bool counts);

    /// <summary>Lends a task's slot to others until it asks for one again; false when as many have done so as there are slots.</summary>
    [Alias("try-lend")]
    Task<bool> TryLend(LeaseRef lease);

    /// <summary>Asks for a slot in place of the one that was lent; the lease tells when there is one.</summary>
    [Alias("reclaim")]
    Task Reclaim(LeaseRef lease);

    /// <summary>Claims nothing as long as this is said: there is no room for what tasks write.</summary>
    [Alias("set-claims-paused")]
    Task SetClaimsPaused(bool isPaused);

    /// <summary>The engine is down: claims nothing for a while, and after that one task, to see whether it works again.</summary>
    [Alias("engine-failed")]
    Task EngineFailed();

    /// <summary>The engine works.</summary>
    [Alias("engine-recovered")]
    Task EngineRecovered();
}
