using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Sessions;

/// <summary>A runner that leaves when it has done enough: after so many tasks, so long without one, so long at all (L3).</summary>
public sealed class LifetimeMonitorTests : RunnerTestBase
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(7);

    private LifetimeOptions _limits = new();

    protected override bool StartsAtOnce => false;

    protected override RunnerOptions ConfigureOptions(RunnerOptions options) => options with { Slots = 4, Lifetime = _limits };

    [Fact(Timeout = 30_000)]
    public async Task After_its_tasks_it_leaves_and_never_asks_for_more_than_are_left()
    {
        Start(new LifetimeOptions { MaxTasks = 3 });
        Plane.Offer(TaskAssignments.New(), TaskAssignments.New());
        var first = await Sandboxes.NextAsync();
        var second = await Sandboxes.NextAsync();
        Assert.Equal(3, (await Plane.Claims.NextAsync()).Wanted);
        Assert.Equal(1, (await Plane.Claims.NextAsync()).Wanted);

        Plane.Offer(TaskAssignments.New(), TaskAssignments.New(), TaskAssignments.New());
        var third = await Sandboxes.NextAsync();
        await EndAsync(first, second);
        Assert.False(Runner.Exit.IsCompleted);
        await EndAsync(third);
        Assert.Equal(ExitCodes.Success, await Runner.Exit);
        Assert.All(Plane.Claims.Take(), claim => Assert.Equal(0, claim.Wanted));
        Assert.Equal(3, Plane.Finishes.Take().Sum(finish => finish.Results.Length));
        Assert.True((await Plane.Releases.NextAsync()).Leaving);
        Assert.False(Sandboxes.NextAsync().IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_that_is_released_before_it_was_started_does_not_count()
    {
        Start(new LifetimeOptions { MaxTasks = 1 });
        Sandboxes.Configure = sandbox => sandbox.OnPrepare = _ => throw new SandboxException("engine away", isTransient: true);
        Plane.Offer(TaskAssignments.New());
        await (await Sandboxes.NextAsync()).Removed;
        Assert.False((await Plane.Releases.NextAsync()).Leaving);
        Plane.Claims.Clear();
        Sandboxes.Configure = _ => { };
        await AdvanceAsync(wait => wait >= TimeSpan.FromSeconds(0.5) && wait < TimeSpan.FromSeconds(1));

        Assert.Equal(1, (await Plane.Claims.NextAsync()).Wanted);
        await EndAsync(await StartedAsync(TaskAssignments.New()));
        Assert.Equal(ExitCodes.Success, await Runner.Exit);
    }

    [Fact(Timeout = 30_000)]
    public async Task Tasks_of_an_earlier_session_count()
    {
        Start(new LifetimeOptions { MaxTasks = 2 });
        await EndAsync(await StartedAsync(TaskAssignments.New()));
        await Plane.Finishes.NextAsync();
        await Plane.Claims.NextAsync(claim => claim.Wanted == 1);
        Plane.ExpireSession(1);
        Plane.CancelTask(TaskAssignments.New().Lease);
        Plane.Enrolments.Clear();
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await AdvanceAsync(wait => wait > TimeSpan.Zero && wait < TimeSpan.FromSeconds(1));
        await Plane.Enrolments.NextAsync();

        await EndAsync(await StartedAsync(TaskAssignments.New()));
        Assert.Equal(ExitCodes.Success, await Runner.Exit);
    }

    [Fact(Timeout = 30_000)]
    public async Task Being_without_a_task_counts_from_the_enrolment_or_the_end_of_the_last_task_and_never_while_one_runs()
    {
        Start(new LifetimeOptions { MaxIdleTime = Short });
        await Time.WaitForTimerAsync(Short);
        var sandbox = await StartedAsync(TaskAssignments.New());
        Time.Advance(Short);
        Time.Advance(Short);
        Assert.False(Runner.Exit.IsCompleted);

        await EndAsync(sandbox);
        await Time.WaitForTimerAsync(Short);
        Time.Advance(Short - TimeSpan.FromMilliseconds(1));
        Assert.False(Runner.Exit.IsCompleted);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(ExitCodes.Success, await Runner.Exit);
        Assert.True((await Plane.Releases.NextAsync()).Leaving);
    }

    [Fact(Timeout = 30_000)]
    public async Task When_it_has_lived_long_enough_what_runs_is_still_worked_off()
    {
        Start(new LifetimeOptions { MaxUptime = Short });
        var sandbox = await RunningAsync(TaskAssignments.New());
        await AdvanceAsync(wait => wait > Short - TimeSpan.FromSeconds(1) && wait <= Short);
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await Plane.Claims.NextAsync(claim => claim.Wanted == 0);
        Plane.Offer(TaskAssignments.New());

        await EndAsync(sandbox);
        Assert.Equal(ExitCodes.Success, await Runner.Exit);
        Assert.Equal("complete", Assert.Single((await Plane.Finishes.NextAsync()).Results).Status);
        Assert.False(Sandboxes.NextAsync().IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_leaves_when_its_time_is_over_also_while_nobody_lets_it_in()
    {
        Plane.Fail("enrol", 503);
        Start(new LifetimeOptions { MaxUptime = Short });

        await Plane.Enrolments.NextAsync();
        await Time.WaitForTimerAsync(Short);
        Time.Advance(Short);
        Assert.Equal(ExitCodes.Success, await Runner.Exit);
    }

    [Theory]
    [InlineData("ONCE", "1", 1, null, null)]
    [InlineData("ONCE", "0", null, null, null)]
    [InlineData("STOP_AFTER_TASKS", "12", 12, null, null)]
    [InlineData("STOP_WHEN_IDLE", "90", null, 90, null)]
    [InlineData("STOP_AFTER", "3600", null, null, 3600)]
    public void Each_limit_is_a_setting(string name, string value, int? tasks, int? idle, int? uptime)
    {
        var read = Read([], asked => asked == name ? value : null);

        Assert.Equal((tasks, Seconds(idle), Seconds(uptime)), (read.MaxTasks, read.MaxIdleTime, read.MaxUptime));
    }

    [Theory]
    [InlineData("ONCE", "yes")]
    [InlineData("STOP_AFTER_TASKS", "0")]
    [InlineData("STOP_WHEN_IDLE", "1h")]
    [InlineData("STOP_AFTER", "99999999")]
    public void A_limit_that_can_t_be_is_named(string name, string value)
    {
        var wrong = Assert.Throws<ConfigurationException>(
            () => Read([], asked => asked == name ? value : null));

        Assert.StartsWith(name, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_task_and_another_number_of_them_are_told_apart()
    {
        var wrong = Assert.Throws<ConfigurationException>(
            () => Read(["--once", "1", "--stop-after-tasks", "2"], _ => null));

        Assert.StartsWith("ONCE and STOP_AFTER_TASKS", wrong.Message, StringComparison.Ordinal);
    }

    private static LifetimeOptions Read(string[] arguments, Func<string, string?> environment) =>
        RunnerArguments.Read(RunnerArguments.Read(arguments, environment), LifetimeSettings.Read);

    private static TimeSpan? Seconds(int? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : null;

    private void Start(LifetimeOptions wanted)
    {
        _limits = wanted;
        Runner = Start();
    }

    private static async Task EndAsync(params FakeSandbox[] sandboxes)
    {
        foreach (var sandbox in sandboxes)
        {
            await sandbox.Started;
            sandbox.End(0);
            await sandbox.Removed;
        }
    }
}
