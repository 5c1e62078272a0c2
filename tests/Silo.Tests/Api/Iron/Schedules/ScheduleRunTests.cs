using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron.Schedules;

/// <summary>Schedules that run: by themselves, by hand, and not while they are paused.</summary>
public sealed class ScheduleRunTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 60_000)]
    public async Task S3_S4_a_waiting_runner_gets_the_task_when_its_schedule_is_due_and_not_before()
    {
        var (tenant, runner) = await BeginAsync();
        var first = runner.ClaimAsync();
        var start = DateTimeOffset.UtcNow.AddMilliseconds(500);
        await tenant.UploadAsync();
        var id = await tenant.ScheduleAsync($"\"run_every\":60,\"label\":\"tick\",\"start_at\":\"{start:yyyy-MM-ddTHH:mm:ss.fffZ}\"");

        var order = Assert.Single((await first).Tasks);

        Assert.True(DateTimeOffset.UtcNow >= start.AddMilliseconds(-1));
        var task = await tenant.TaskAsync(order.Lease.TaskId);
        Assert.Equal((id, "2", "tick"), (task.Text("schedule_id"), task.Text("code_rev"), task.Text("label")));
        var info = await tenant.InfoAsync(id);
        Assert.Equal(1, info.Int("run_count"));
        Assert.Equal(start.AddSeconds(60).ToString("yyyy-MM-ddTHH:mm:ss.fffZ"), info.Text("next_start"));
        Assert.Equal(order.Lease.TaskId, Assert.Single(await tenant.RunsAsync(id)).Text("id"));
    }

    [Fact(Timeout = 60_000)]
    public async Task S1_a_schedule_without_a_pace_runs_once_and_at_once()
    {
        var (tenant, runner) = await BeginAsync();
        var id = await tenant.ScheduleAsync("\"run_times\":0");

        await runner.ClaimOneAsync();

        var info = await tenant.InfoAsync(id);
        Assert.Equal(("complete", "Ran max times.", 1), (info.Text("status"), info.Text("msg"), info.Int("run_count")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_by_hand_queues_a_task_now()
    {
        var (tenant, runner) = await BeginAsync();
        var id = await tenant.ScheduleAsync();
        var claim = runner.ClaimAsync();

        var reply = await tenant.PostCommandAsync(id, "run");

        Assert.Equal("Queued up", reply.Msg);
        var task = reply.Json.GetProperty("tasks")[0].Text("id");
        Assert.Equal(task, Assert.Single((await claim).Tasks).Lease.TaskId);
        Assert.Equal(task, Assert.Single(await tenant.RunsAsync(id)).Text("id"));
        Assert.Equal(0, (await tenant.InfoAsync(id)).Int("run_count"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_paused_schedule_has_no_next_run_until_it_is_resumed()
    {
        var (tenant, _) = await BeginAsync();
        var id = await tenant.ScheduleAsync("\"run_every\":60,\"start_at\":\"2030-01-01T00:00:00Z\"");

        string[] said =
        [
            (await tenant.PostCommandAsync(id, "pause")).Msg, (await tenant.PostCommandAsync(id, "pause")).Msg,
            (await tenant.InfoAsync(id)).Text("next_start"), (await tenant.InfoAsync(id)).Text("status"),
            (await tenant.InfoAsync(id)).GetProperty("paused").GetRawText(),
            (await tenant.PostCommandAsync(id, "resume")).Msg, (await tenant.PostCommandAsync(id, "resume")).Msg,
            (await tenant.InfoAsync(id)).Text("next_start"),
        ];

        Assert.Equal(
            ["Paused", "Already paused", "0001-01-01T00:00:00Z", "scheduled", "true", "Resumed", "Already resumed",
                "2030-01-01T00:00:00.000Z"],
            said);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_ended_schedule_can_only_be_read()
    {
        var (tenant, _) = await BeginAsync();
        var id = await tenant.ScheduleAsync();
        await tenant.PostCommandAsync(id, "cancel");

        foreach (var verb in (string[])["pause", "resume", "run"])
        {
            var reply = await tenant.PostCommandAsync(id, verb);
            Assert.Equal((400, $"schedule {id} has ended: make a new one"), (reply.Status, reply.Msg));
        }

        Assert.Empty(await tenant.RunsAsync(id));
    }

    [Fact(Timeout = 60_000)]
    public async Task Trap_2_a_run_does_not_look_like_a_schedule_and_a_history_is_paged()
    {
        var (tenant, _) = await BeginAsync();
        var id = await tenant.ScheduleAsync();
        for (var i = 0; i < 3; i++)
        {
            await tenant.PostCommandAsync(id, "run");
        }

        var all = await tenant.RunsAsync(id);

        Assert.Equal(all.Select(run => run.Text("id")).OrderDescending(), all.Select(run => run.Text("id")));
        Assert.Equal(all[2].Text("id"), Assert.Single(await tenant.RunsAsync(id, "page=1&per_page=2")).Text("id"));
        Assert.DoesNotContain(all[0].EnumerateObject(), key => key.Name is "next_start" or "run_count" or "run_every");
    }

    private async Task<(Tenant Tenant, TestRunner Runner)> BeginAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, await tenant.EnrolAsync(cluster));
    }
}
