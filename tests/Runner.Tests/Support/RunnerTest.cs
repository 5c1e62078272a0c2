namespace Orleans.Hybrid.Runner.Tests.Support;

/// <summary>A runner between a fake control plane and scripted sandboxes, in time that stands still.</summary>
public abstract class RunnerTest : IAsyncLifetime
{
    internal FakeTime Time { get; } = new();

    internal ScriptedSandboxes Sandboxes { get; private set; } = null!;

    internal FakeControlPlane Plane { get; private set; } = null!;

    internal RunnerUnderTest Runner { get; private set; } = null!;

    internal DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public async Task InitializeAsync()
    {
        Sandboxes = new ScriptedSandboxes(Time);
        Plane = await FakeControlPlane.StartAsync();
        Runner = Start();
    }

    public async Task DisposeAsync()
    {
        await Runner.DisposeAsync();
        await Plane.DisposeAsync();
        Folder.Delete(recursive: true);
    }

    /// <summary>Starts a runner with this test's state folder.</summary>
    internal RunnerUnderTest Start() => new(Plane, Sandboxes, Folder.FullName, Time, With);

    /// <summary>Starts the next life of this test's runner.</summary>
    internal async Task RestartAsync()
    {
        await Runner.DisposeAsync();
        Runner = Start();
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
