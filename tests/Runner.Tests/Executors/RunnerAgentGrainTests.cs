using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Runner.Workers;

namespace OrleansHybrid.Runner.Tests.Executors;

/// <summary>The calls that take a turn of a session's agent, and those that do not.</summary>
public sealed class RunnerAgentGrainTests : RunnerTestBase
{
    protected override bool StartsAtOnce => false;

    [Fact(Timeout = 30_000)]
    public async Task A_poll_that_the_control_plane_holds_takes_no_turn()
    {
        using var turns = new TurnBlocker();
        var agent = await StartAsync(turns);
        await Plane.Claims.NextAsync();

        Assert.True(await agent.TryLend(TaskAssignments.New().Lease));
        Assert.Equal(1, Plane.Claims.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_renewal_waits_for_no_turn()
    {
        using var turns = new TurnBlocker();
        var agent = await StartAsync(turns);
        var sandbox = await RunningAsync(TaskAssignments.New());
        Plane.Fail("claim", 503);
        Plane.CancelTask(TaskAssignments.New().Lease);
        await AdvanceAsync(wait => wait > TimeSpan.FromSeconds(0.5) && wait <= TimeSpan.FromSeconds(1));
        await turns.Blocked;

        var call = agent.TryLend(sandbox.Order.Lease);
        Plane.Heartbeats.Clear();
        await AdvanceAsync(wait => wait > TimeSpan.FromSeconds(15) && wait <= Plane.Lease / 3);
        Assert.Equal(sandbox.Order.Lease, Assert.Single((await Plane.Heartbeats.NextAsync()).Leases).Lease);
        Assert.False(call.IsCompleted);

        turns.Release();
        Assert.True(await call);
    }

    private async Task<IRunnerAgentGrain> StartAsync(TurnBlocker turns)
    {
        Runner = new RunnerFixture(Plane, Sandboxes, Folder.FullName, Time, loggers: LoggerFactory.Create(to => to.AddProvider(turns)));
        await Plane.Enrolments.NextAsync();
        return (await Runner.Grains).GetGrain<IRunnerAgentGrain>($"{1:x24}");
    }

    /// <summary>Holds the turn in which a claim's failure is logged, until it is released.</summary>
    private sealed class TurnBlocker : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public Task Blocked => _blocked.Task;

        public void Release() => _released.Set();

        public ILogger CreateLogger(string categoryName) => categoryName == typeof(ClaimLoop).FullName ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == nameof(RunnerLog.ClaimFailed))
            {
                _blocked.TrySetResult();
                _released.Wait();
            }
        }

        public void Dispose() => Release();
    }
}
