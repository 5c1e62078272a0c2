using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Listening;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Supervision;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests;

/// <summary>What makes a runner alive and ready.</summary>
public sealed class LookedAt : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Retirement _unlimited;
    private readonly Capacity _capacity;
    private readonly Vitals _vitals;

    public LookedAt()
    {
        _unlimited = new Retirement(new LifeLimits(), _time, NullLogger<Retirement>.Instance, default);
        _capacity = new Capacity(slots: 4, _unlimited, _time, new Random(1));
        _vitals = new Vitals(_time);
    }

    public void Dispose()
    {
        _capacity.Dispose();
        _unlimited.Dispose();
    }

    [Fact]
    public void Loops_that_stand_still_for_two_minutes_are_not_alive_and_come_back_to_life()
    {
        _time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.True(_vitals.IsAlive);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(_vitals.IsAlive);
        _vitals.Moved();
        Assert.True(_vitals.IsAlive);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_engine_that_is_away_makes_it_unready_and_is_asked_every_few_seconds_at_most()
    {
        var engine = new Engine { Asked = () => throw new SandboxException("no engine", passing: true) };
        var readiness = new Readiness(_vitals, engine, _time);
        Assert.Equal("not enrolled", await readiness.WhyNotAsync());
        _vitals.Serves(_capacity);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("engine away", await readiness.WhyNotAsync());
        }

        Assert.Equal(1, engine.Calls);
        engine.Asked = () => Task.CompletedTask;
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await readiness.WhyNotAsync());
        _capacity.EngineFailed();
        Assert.Equal("engine away", await readiness.WhyNotAsync());
        Assert.Equal(2, engine.Calls);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_engine_that_hangs_is_given_up_after_two_seconds_and_asked_once_by_all_who_look()
    {
        var engine = new Engine { Asked = () => new TaskCompletionSource().Task };
        var readiness = new Readiness(_vitals, engine, _time);
        _vitals.Serves(_capacity);
        var looks = Enumerable.Range(0, 50).Select(_ => readiness.WhyNotAsync()).ToList();
        await _time.Armed(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.All(await Task.WhenAll(looks), why => Assert.Equal("engine away", why));
        Assert.Equal(1, engine.Calls);
    }

    private sealed class Engine : ISandboxes
    {
        public string Description => "scripted";

        public required Func<Task> Asked { get; set; }

        public int Calls { get; private set; }

        public Task ReadyAsync(CancellationToken cancellationToken)
        {
            Calls++;
            return Asked().WaitAsync(cancellationToken);
        }

        public ISandbox For(TaskOrder order, string sessionId) => throw new NotSupportedException();

        public Task SweepAsync(string sessionId, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
