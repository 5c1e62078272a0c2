namespace Orleans.Hybrid.Runner.Tests.Support;

/// <summary>A runner between a fake control plane and scripted sandboxes, in time that stands still.</summary>
public abstract class RunnerTest : IAsyncLifetime
{
    internal FakeTime Time { get; } = new();

    internal ScriptedSandboxes Sandboxes { get; private set; } = null!;

    internal FakeControlPlane Plane { get; private set; } = null!;

    internal RunnerUnderTest Runner { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Sandboxes = new ScriptedSandboxes(Time);
        Plane = await FakeControlPlane.StartAsync();
        Runner = new RunnerUnderTest(Plane, Sandboxes, Time, options: With);
    }

    public async Task DisposeAsync()
    {
        await Runner.DisposeAsync();
        await Plane.DisposeAsync();
    }

    /// <summary>The options of this class's runner.</summary>
    protected virtual RunnerOptions With(RunnerOptions options) => options;

    /// <summary>Moves time by exactly so long as somebody waits.</summary>
    internal async Task PassAsync(TimeSpan wait)
    {
        await Time.Armed(wait);
        Time.Advance(wait);
    }

    /// <summary>Moves time by as long as somebody waits, when that fits.</summary>
    internal async Task<TimeSpan> PassAsync(Predicate<TimeSpan> fits)
    {
        var wait = await Time.Armed(fits);
        Time.Advance(wait);
        return wait;
    }

    internal async Task<ScriptedSandbox> StartedAsync(params Contracts.Runners.TaskOrder[] orders)
    {
        Plane.Offer(orders);
        var sandbox = await Sandboxes.NextAsync();
        await sandbox.Started;
        return sandbox;
    }
}
