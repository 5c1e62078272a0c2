using System.Diagnostics;
using Orleans.Placement;
using Orleans.Runtime.Placement.Filtering;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Executors;

/// <inheritdoc cref="IRunnerAgentGrain"/>
/// <remarks>
/// Claiming goes on for as long as the session: no call waits for it, and what it waits for comes back as a turn. It is placed as executors are.
/// Renewals do not pass through here: they have a loop and a connection of their own, and never wait for a turn.
/// </remarks>
[GrainType("runneragent")]
[PreferLocalPlacement]
[RequiredMatchSiloMetadataPlacementFilter([ExecutorHostingExtensions.MetadataKey])]
internal sealed class RunnerAgentGrain(ExecutorSessions sessions) : Grain, IRunnerAgentGrain
{
    private SessionAgent? Session => sessions.Find(this.GetPrimaryKeyString());

    public Task Start()
    {
        // Nobody calls the agent of a runner that has nothing to do.
        DelayDeactivation(TimeSpan.MaxValue);
        _ = ClaimAsync(Session ?? throw new UnreachableException($"session {this.GetPrimaryKeyString()} is over"));
        return Task.CompletedTask;
    }

    public Task Release(LeaseRef lease, bool counts)
    {
        Session?.Services.Slots.Release(lease, counts);
        return Task.CompletedTask;
    }

    public Task<bool> TryLend(LeaseRef lease) => Task.FromResult(Session?.Services.Slots.TryLend(lease) ?? false);

    public Task Reclaim(LeaseRef lease)
    {
        if (Session is { } session && session.Services.Leases.Find(lease) is { } held)
        {
            session.Services.Slots.Reclaim(held);
        }

        return Task.CompletedTask;
    }

    public Task SetClaimsPaused(bool isPaused)
    {
        Session?.Services.Slots.SetClaimsPaused(isPaused);
        return Task.CompletedTask;
    }

    public Task EngineFailed()
    {
        Session?.Services.Slots.EngineFailed();
        return Task.CompletedTask;
    }

    public Task EngineRecovered()
    {
        Session?.Services.Slots.EngineRecovered();
        return Task.CompletedTask;
    }

    private async Task ClaimAsync(SessionAgent session)
    {
        await session.ClaimAsync();
        DeactivateOnIdle();
    }
}
