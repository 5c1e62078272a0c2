using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Workers;

/// <summary>A runner whose disks have less room than it asks for (F23).</summary>
public sealed class LowDiskSpaceTests : RunnerTestBase
{
    protected override RunnerOptions ConfigureOptions(RunnerOptions options) => options with { MinFreeDisk = 1L << 60 };

    [Fact(Timeout = 30_000)]
    public async Task It_polls_for_commands_and_claims_nothing()
    {
        await AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(0, (await Plane.Claims.NextAsync()).Wanted);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_poll_is_withdrawn_when_disk_space_runs_short_and_repeated_when_there_is_space()
    {
        var time = new ManualTimeProvider();
        using var unlimited = new LifetimeMonitor(new LifetimeOptions(), time, NullLogger<LifetimeMonitor>.Instance, default);
        using var capacity = new SlotPool(slots: 4, unlimited, time, new Random(1));
        Assert.Equal(4, capacity.GetClaimSize());
        var calledBack = new TaskCompletionSource();
        using var claim = capacity.ClaimCancellation.Register(calledBack.SetResult);

        capacity.SetClaimsPaused(true);

        await calledBack.Task;
        Assert.Equal(0, capacity.GetClaimSize());
        var changed = capacity.Changed;
        capacity.SetClaimsPaused(false);
        await changed;
        Assert.Equal(4, capacity.GetClaimSize());
        Assert.False(capacity.ClaimCancellation.IsCancellationRequested);
    }

    [Fact]
    public void Room_does_not_end_the_pause_of_an_engine_that_is_away()
    {
        var time = new ManualTimeProvider();
        using var unlimited = new LifetimeMonitor(new LifetimeOptions(), time, NullLogger<LifetimeMonitor>.Instance, default);
        using var capacity = new SlotPool(slots: 4, unlimited, time, new Random(1));
        capacity.EngineFailed();

        capacity.SetClaimsPaused(true);
        capacity.SetClaimsPaused(false);

        Assert.Equal(0, capacity.GetClaimSize());
    }
}
