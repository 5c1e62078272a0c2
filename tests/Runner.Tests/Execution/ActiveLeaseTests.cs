using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Execution;

/// <summary>The fence of a lease on a machine whose timers ring before their time, as those of a coarser clock do (I6, F15, F16).</summary>
public sealed class ActiveLeaseTests
{
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan FenceAfter = TimeSpan.FromSeconds(50);

    [Fact(Timeout = 30_000)]
    public async Task A_fence_that_rings_early_rings_again_and_falls()
    {
        var clock = new ManualTimeProvider();
        using var lease = new ActiveLease(TaskAssignments.New().Lease, new EarlyTimeProvider(clock), () => { });
        lease.Renew(clock.GetTimestamp(), TimeSpan.FromSeconds(60));

        clock.Advance(FenceAfter - Early);
        Assert.False(lease.Stopping.IsCancellationRequested);
        clock.Advance(Early);

        await AsyncWait.WaitForCancellationAsync(lease.Lost, CancellationToken.None);
        Assert.Equal(StopReason.Lost, lease.StopReason);
    }

    /// <summary>Each wait, unless it is shorter than that, is over by so much too soon.</summary>
    private sealed class EarlyTimeProvider(ManualTimeProvider clock) : TimeProvider
    {
        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new EarlyTimer(clock.CreateTimer(callback, state, dueTime, period));
    }

    private sealed class EarlyTimer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime > Early ? dueTime - Early : dueTime, period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
