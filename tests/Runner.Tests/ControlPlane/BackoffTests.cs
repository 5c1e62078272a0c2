using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.ControlPlane;

/// <summary>How long a runner waits after calls that failed.</summary>
public sealed class BackoffTests
{
    [Fact]
    public void Delays_double_up_to_a_limit_with_jitter_and_begin_anew_after_success()
    {
        var backoff = new Backoff(new Random(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        var pauses = Enumerable.Range(0, 100).Select(_ => backoff.NextDelay().TotalSeconds).ToList();
        backoff.Reset();

        Assert.All(pauses.Select((pause, i) => pause / Math.Min(30, Math.Pow(2, i))), part => Assert.InRange(part, 0.5, 1));
        Assert.True(pauses.Skip(10).Distinct().Count() > 80);
        Assert.InRange(backoff.NextDelay().TotalSeconds, 0.5, 1);
        Assert.InRange(backoff.NextDelay(TimeSpan.FromSeconds(60)).TotalSeconds, 60, 62);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_claim_is_called_back_by_a_pause_even_when_that_is_over_at_once()
    {
        for (var round = 0; round < 100; round++)
        {
            var time = new ManualTimeProvider();
            using var unlimited = new LifetimeMonitor(new LifetimeOptions(), time, NullLogger<LifetimeMonitor>.Instance, default);
            using var capacity = new SlotPool(slots: 4, unlimited, time, new Random(round));
            var calledBack = new TaskCompletionSource();
            using var claim = capacity.ClaimCancellation.Register(calledBack.SetResult);

            capacity.EngineFailed();
            time.Advance(TimeSpan.FromSeconds(1));

            Assert.Equal(1, capacity.GetClaimSize());
            await calledBack.Task;
        }
    }
}
