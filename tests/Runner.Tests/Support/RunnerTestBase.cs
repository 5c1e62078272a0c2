using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>A runner between a fake control plane and scripted sandboxes, in time that stands still.</summary>
public abstract class RunnerTestBase : IAsyncLifetime
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    internal ManualTimeProvider Time { get; } = new();

    internal FakeSandboxFactory Sandboxes { get; private set; } = null!;

    internal FakeControlPlane Plane { get; private set; } = null!;

    internal RunnerFixture Runner { get; set; } = null!;

    internal DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public async Task InitializeAsync()
    {
        Sandboxes = new FakeSandboxFactory(Time);
        Plane = await FakeControlPlane.StartAsync();
        if (StartsAtOnce)
        {
            Runner = Start();
        }
    }

    public async Task DisposeAsync()
    {
        await (Runner?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Plane.DisposeAsync();
        Folder.Delete(recursive: true);
    }

    /// <summary>Starts a runner with this test's state folder.</summary>
    internal RunnerFixture Start() => new(Plane, Sandboxes, Folder.FullName, Time, ConfigureOptions);

    /// <summary>Starts the next life of this test's runner.</summary>
    internal async Task RestartAsync()
    {
        await Runner.DisposeAsync();
        Runner = Start();
    }

    /// <summary>False for a class whose tests start their runner themselves.</summary>
    protected virtual bool StartsAtOnce => true;

    /// <summary>The options of this class's runner.</summary>
    protected virtual RunnerOptions ConfigureOptions(RunnerOptions options) => options;

    /// <summary>Moves time by exactly so long as somebody waits.</summary>
    internal async Task AdvanceAsync(TimeSpan wait)
    {
        await Time.WaitForTimerAsync(wait);
        Time.Advance(wait);
    }

    /// <summary>Moves time by as long as somebody waits, when that fits.</summary>
    internal async Task<TimeSpan> AdvanceAsync(Predicate<TimeSpan> fits)
    {
        var wait = await Time.WaitForTimerAsync(fits);
        Time.Advance(wait);
        return wait;
    }

    /// <summary>
    /// Waits until the control plane hears of something, and lets the short time pass in which news are gathered: again where somebody was
    /// still about to wait when it passed.
    /// </summary>
    internal async Task<T> AdvanceUntilAsync<T>(Task<T> heard)
    {
        while (!heard.IsCompleted)
        {
            await Task.WhenAny(heard, Time.WaitForTimerAsync(Gathering));
            if (!heard.IsCompleted)
            {
                Time.Advance(Gathering);
            }
        }

        return await heard;
    }

    /// <summary>Offers tasks and waits until the first of them has been started.</summary>
    internal async Task<FakeSandbox> StartedAsync(params TaskAssignment[] orders)
    {
        Plane.Offer(orders);
        var sandbox = await Sandboxes.NextAsync();
        await sandbox.Started;
        return sandbox;
    }

    /// <summary>Offers a task and waits until the control plane has heard that it runs, and has said so.</summary>
    internal async Task<FakeSandbox> RunningAsync(TaskAssignment order) => (await RunningAsync([order]))[0];

    /// <summary>Offers tasks and waits until the control plane has heard that they run.</summary>
    internal async Task<IReadOnlyList<FakeSandbox>> RunningAsync(params TaskAssignment[] orders)
    {
        Plane.Offer(orders);
        var sandboxes = new List<FakeSandbox>();
        foreach (var _ in orders)
        {
            sandboxes.Add(await Sandboxes.NextAsync());
            await sandboxes[^1].Started;
        }

        // Each now looks at its progress every sixth of a lease, which comes after it has said that it runs.
        await Time.WaitForTimerAsync(Plane.Lease / 6, orders.Length);
        var running = new HashSet<LeaseRef>();
        await AdvanceUntilAsync(Plane.Heartbeats.NextAsync(beat =>
        {
            running.UnionWith(beat.Leases.Where(lease => lease.Phase == "running").Select(lease => lease.Lease));
            return running.Count == orders.Length;
        }));
        await Time.WaitForTimerAsync(Plane.Lease / 3);
        return sandboxes;
    }
}
