using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Settings;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests;

/// <summary>A runner that leaves when it has done enough: after so many tasks, so long without one, so long at all (L3).</summary>
public sealed class LeavingByItself : RunnerTest
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(7);

    private LifeLimits _limits = new();

    protected override bool StartsAtOnce => false;

    protected override RunnerOptions With(RunnerOptions options) => options with { Slots = 4, Limits = _limits };

    [Fact(Timeout = 30_000)]
    public async Task After_its_tasks_it_leaves_and_never_asks_for_more_than_are_left()
    {
        Start(new LifeLimits { Tasks = 3 });
        Plane.Offer(Orders.New(), Orders.New());
        var first = await Sandboxes.NextAsync();
        var second = await Sandboxes.NextAsync();
        Assert.Equal(3, (await Plane.Claims.NextAsync()).Wanted);
        Assert.Equal(1, (await Plane.Claims.NextAsync()).Wanted);

        Plane.Offer(Orders.New(), Orders.New(), Orders.New());
        var third = await Sandboxes.NextAsync();
        await EndAsync(first, second);
        Assert.False(Runner.Exit.IsCompleted);
        await EndAsync(third);
        Assert.Equal(ExitCode.Done, await Runner.Exit);
        Assert.All(Plane.Claims.Take(), claim => Assert.Equal(0, claim.Wanted));
        Assert.Equal(3, Plane.Finishes.Take().Sum(finish => finish.Results.Count));
        Assert.True((await Plane.Releases.NextAsync()).Leaving);
        Assert.False(Sandboxes.NextAsync().IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_that_is_handed_back_before_it_was_started_does_not_count()
    {
        Start(new LifeLimits { Tasks = 1 });
        Sandboxes.Script = sandbox => sandbox.Preparing = _ => throw new SandboxException("engine away", passing: true);
        Plane.Offer(Orders.New());
        await (await Sandboxes.NextAsync()).Removed;
        Assert.False((await Plane.Releases.NextAsync()).Leaving);
        Plane.Claims.Clear();
        Sandboxes.Script = _ => { };
        await PassAsync(wait => wait >= TimeSpan.FromSeconds(0.5) && wait < TimeSpan.FromSeconds(1));

        Assert.Equal(1, (await Plane.Claims.NextAsync()).Wanted);
        await EndAsync(await StartedAsync(Orders.New()));
        Assert.Equal(ExitCode.Done, await Runner.Exit);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_was_done_in_an_earlier_session_counts()
    {
        Start(new LifeLimits { Tasks = 2 });
        await EndAsync(await StartedAsync(Orders.New()));
        await Plane.Finishes.NextAsync();
        await Plane.Claims.NextAsync(claim => claim.Wanted == 1);
        Plane.Forget(1);
        Plane.Stop(Orders.New().Lease);
        Plane.Enrolments.Clear();
        await PassAsync(TimeSpan.FromSeconds(1));
        await PassAsync(wait => wait > TimeSpan.Zero && wait < TimeSpan.FromSeconds(1));
        await Plane.Enrolments.NextAsync();

        await EndAsync(await StartedAsync(Orders.New()));
        Assert.Equal(ExitCode.Done, await Runner.Exit);
    }

    [Fact(Timeout = 30_000)]
    public async Task Being_without_a_task_counts_from_the_enrolment_or_the_end_of_the_last_task_and_never_while_one_runs()
    {
        Start(new LifeLimits { Idle = Short });
        await Time.Armed(Short);
        var sandbox = await StartedAsync(Orders.New());
        Time.Advance(Short);
        Time.Advance(Short);
        Assert.False(Runner.Exit.IsCompleted);

        await EndAsync(sandbox);
        await Time.Armed(Short);
        Time.Advance(Short - TimeSpan.FromMilliseconds(1));
        Assert.False(Runner.Exit.IsCompleted);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(ExitCode.Done, await Runner.Exit);
        Assert.True((await Plane.Releases.NextAsync()).Leaving);
    }

    [Fact(Timeout = 30_000)]
    public async Task When_it_has_lived_long_enough_what_runs_is_still_worked_off()
    {
        Start(new LifeLimits { Uptime = Short });
        var sandbox = await RunningAsync(Orders.New());
        await PassAsync(wait => wait > Short - TimeSpan.FromSeconds(1) && wait <= Short);
        await PassAsync(TimeSpan.FromSeconds(1));
        await Plane.Claims.NextAsync(claim => claim.Wanted == 0);
        Plane.Offer(Orders.New());

        await EndAsync(sandbox);
        Assert.Equal(ExitCode.Done, await Runner.Exit);
        Assert.Equal("complete", Assert.Single((await Plane.Finishes.NextAsync()).Results).Status);
        Assert.False(Sandboxes.NextAsync().IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_leaves_when_its_time_is_over_also_while_nobody_lets_it_in()
    {
        Plane.Fail("enrol", 503);
        Start(new LifeLimits { Uptime = Short });

        await Plane.Enrolments.NextAsync();
        await Time.Armed(Short);
        Time.Advance(Short);
        Assert.Equal(ExitCode.Done, await Runner.Exit);
    }

    [Theory]
    [InlineData("ONCE", "1", 1, null, null)]
    [InlineData("ONCE", "0", null, null, null)]
    [InlineData("STOP_AFTER_TASKS", "12", 12, null, null)]
    [InlineData("STOP_WHEN_IDLE", "90", null, 90, null)]
    [InlineData("STOP_AFTER", "3600", null, null, 3600)]
    public void Each_limit_is_a_setting(string name, string value, int? tasks, int? idle, int? uptime)
    {
        var read = LifeSettings.Read(new SettingSource([], asked => asked == name ? value : null));

        Assert.Equal((tasks, Seconds(idle), Seconds(uptime)), (read.Tasks, read.Idle, read.Uptime));
    }

    [Theory]
    [InlineData("ONCE", "yes")]
    [InlineData("STOP_AFTER_TASKS", "0")]
    [InlineData("STOP_WHEN_IDLE", "1h")]
    [InlineData("STOP_AFTER", "99999999")]
    public void A_limit_that_can_t_be_is_named(string name, string value)
    {
        var wrong = Assert.Throws<BadSettingException>(
            () => LifeSettings.Read(new SettingSource([], asked => asked == name ? value : null)));

        Assert.StartsWith(name, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_task_and_another_number_of_them_are_told_apart()
    {
        var wrong = Assert.Throws<BadSettingException>(
            () => LifeSettings.Read(new SettingSource(["--once", "1", "--stop-after-tasks", "2"], _ => null)));

        Assert.StartsWith("ONCE and STOP_AFTER_TASKS", wrong.Message, StringComparison.Ordinal);
    }

    private static TimeSpan? Seconds(int? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : null;

    private void Start(LifeLimits wanted)
    {
        _limits = wanted;
        Runner = Start();
    }

    private static async Task EndAsync(params ScriptedSandbox[] sandboxes)
    {
        foreach (var sandbox in sandboxes)
        {
            await sandbox.Started;
            sandbox.End(0);
            await sandbox.Removed;
        }
    }
}
