using Microsoft.Data.Sqlite;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>A runner that was silent for a minute shows as lost, in the API and on its page; and who had a task is told.</summary>
public sealed class LostRunnerTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [SqliteFileFact(Timeout = 60_000)]
    public async Task A_silent_runner_shows_as_lost_with_the_time_and_has_no_free_slot()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolAsync(cluster, slots: 4);
        var before = await MachineAsync("", "machines");

        await SilenceAsync(runner);

        foreach (var (path, list) in new[] { ("", "machines"), ("/stats", "instances") })
        {
            var machine = await MachineAsync(path, list);
            Assert.Equal((4, 0, true), (
                machine.GetProperty("runners_total").GetInt32(), machine.GetProperty("runners_available").GetInt32(),
                machine.GetProperty("lost").GetBoolean()));
            Assert.True(machine.GetProperty("updated_at").GetDateTimeOffset() < before.GetProperty("updated_at").GetDateTimeOffset());
        }

        Assert.False(before.TryGetProperty("lost", out _));
        using var visitor = await PageClient.SignedInAsync(silo, tenant);
        var page = await visitor.GetAsync($"/clusters/{cluster}");
        Assert.Contains("lost: last seen", page.Text, StringComparison.Ordinal);
        Assert.Contains("none is connected", page.Text, StringComparison.Ordinal);
        Assert.Contains("0 connected", (await visitor.GetAsync("/clusters")).Text, StringComparison.Ordinal);

        async Task<System.Text.Json.JsonElement> MachineAsync(string path, string list) => Assert.Single(
            (await tenant.Api.GetAsync($"/2/clusters/{cluster}{path}")).Ok().GetProperty("cluster").GetProperty(list).EnumerateArray());
    }

    [SqliteFileFact(Timeout = 60_000)]
    public async Task An_open_poll_counts_as_being_heard_of()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var poll = runner.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);
        var seen = silo.Get<SessionActivityTracker>();
        seen.TakeAll();

        var heard = new List<string>();
        using (var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20)))
        {
            while (!heard.Contains(runner.Enrolled.SessionId))
            {
                await look.WaitForNextTickAsync();
                heard.AddRange(seen.TakeAll());
            }
        }

        await silo.Get<IRunnerStore>().TouchSessionsAsync(heard, RunnerStateMachine.SessionTimeout, default);
        Assert.All(await silo.Get<IRunnerStore>().ListAsync(cluster, default), found => Assert.False(found.Session.Lost));
        await tenant.UploadAsync();
        await tenant.QueueAsync();
        Assert.Single((await poll).Tasks);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_s_info_and_page_say_which_runner_had_each_attempt_and_why_it_ended()
    {
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        await tenant.UploadAsync();
        var task = await tenant.QueueAsync();
        var none = await tenant.TaskAsync(task);
        await runner.ReleaseAsync(leaving: false, (await runner.ClaimOneAsync()).Lease);
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "error", "exit code 3", exitCode: 3);

        var attempts = (await tenant.TaskAsync(task)).GetProperty("attempts").EnumerateArray().ToArray();

        Assert.False(none.TryGetProperty("attempts", out _));
        Assert.Equal(
            [(1, "released", "its runner released it"), (2, "error", "exit code 3")],
            attempts.Select(each => (
                each.GetProperty("attempt").GetInt32(), each.GetProperty("outcome").GetString(), each.GetProperty("msg").GetString())));
        Assert.All(attempts, each => Assert.Equal(
            (runner.Enrolled.SessionId, "box"), (each.GetProperty("runner_id").GetString(), each.GetProperty("runner_name").GetString())));
        using var visitor = await PageClient.SignedInAsync(silo, tenant);
        var page = (await visitor.GetAsync($"/projects/{tenant.ProjectId}/tasks/{task}")).Text;
        Assert.Contains("Attempt 2 on", page, StringComparison.Ordinal);
        Assert.Contains("exit code 3", page, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_retried_task_s_page_leads_to_its_retry_and_back()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();
        var again = (await tenant.Api.PostAsync($"{tenant.Project}/tasks/{task}/retry", "{}")).Ok()
            .GetProperty("tasks")[0].GetProperty("id").GetString()!;
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        var list = $"/projects/{tenant.ProjectId}/tasks";
        Assert.Contains($"href=\"{list}/{again}\"", (await visitor.GetAsync($"{list}/{task}")).Body, StringComparison.Ordinal);
        Assert.Contains($"href=\"{list}/{task}\"", (await visitor.GetAsync($"{list}/{again}")).Body, StringComparison.Ordinal);
    }

    private async Task SilenceAsync(TestRunner runner)
    {
        await using var sqlite = new SqliteConnection($"Data Source={silo.Store.SqliteFile}");
        await sqlite.OpenAsync();
        await using var command = sqlite.CreateCommand();
        command.CommandText = $"UPDATE sessions SET seen_at = seen_at - 61000 WHERE id = '{runner.Enrolled.SessionId}'";
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
