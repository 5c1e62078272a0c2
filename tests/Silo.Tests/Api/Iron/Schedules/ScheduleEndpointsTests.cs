using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron.Schedules;

/// <summary>Making, showing, changing and ending schedules.</summary>
public sealed partial class ScheduleEndpointsTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Zero = "0001-01-01T00:00:00Z";

    [Fact(Timeout = 30_000)]
    public async Task S2_a_schedule_has_all_its_keys()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var id = await tenant.ScheduleAsync(
            """
            "start_at":"2030-01-02T03:04:05.1234567+02:00","run_every":60,"run_times":3,"end_at":"2031-01-01T00:00:00Z",
            "priority":2,"timeout":61,"delay":7,"task_delay":8,"max_concurrency":9,"label":"l","name":"n"
            """.ReplaceLineEndings(""));

        var body = (await tenant.Api.GetAsync($"{tenant.Project}/schedules/{id}")).Body;

        Assert.Equal(
            """
            {"id":"ID","project_id":"ID","created_at":"NOW","updated_at":"NOW","code_name":"hello","payload":"{}",
            "status":"scheduled","msg":"","start_at":"2030-01-02T01:04:05.123Z","end_at":"2031-01-01T00:00:00.000Z",
            "next_start":"2030-01-02T01:04:05.123Z","last_run_time":"0001-01-01T00:00:00Z","run_count":0,"run_times":3,
            "run_every":60,"timeout":61,"priority":2,"delay":7,"task_delay":8,"max_concurrency":9,"cluster":"ID",
            "label":"l","error_count":0,"name":"n","paused":false,"skip_count":0,"collapse_count":0}
            """.ReplaceLineEndings(""),
            Times().Replace(Ids().Replace(body, "\"ID\""), "\"NOW\""));
    }

    [Fact(Timeout = 30_000)]
    public async Task S1_what_command_lines_send_for_nothing_counts_as_not_given()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var id = await tenant.ScheduleAsync(
            """
            "run_every":0,"run_times":0,"timeout":0,"cluster":"","delay":0,"end_at":null,"label":null,"cron":"",
            "start_at":"2030-01-01T00:00:00Z","end_at":"0001-01-01T00:00:00Z","max_concurrency":"0","priority":-3
            """.Replace("\"end_at\":null,", "").ReplaceLineEndings(""));

        var info = await tenant.InfoAsync(id);

        Assert.Equal((0, 0, 0), (info.Int("run_every"), info.Int("run_times"), info.Int("timeout")));
        Assert.Equal((Zero, "2030-01-01T00:00:00.000Z"), (info.Text("end_at"), info.Text("next_start")));
    }

    [Fact(Timeout = 30_000)]
    public async Task All_of_a_request_are_made_in_its_order_or_none()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        const string good = """{"code_name":"hello","payload":"{}","run_every":60,"delay":3600}""";

        var bad = await tenant.PostSchedulesAsync(
            $$"""{"schedules":[{{good}},{"code_name":"hello","payload":"{}","run_every":30}]}""");
        var none = (await tenant.Api.GetAsync($"{tenant.Project}/schedules")).Ok();
        var reply = await tenant.PostSchedulesAsync($$"""{"schedules":[{{good}},{{good}}]}""");

        Assert.Equal((400, "schedules[1].run_every must be from 60 to 315360000"), (bad.Status, bad.Msg));
        Assert.Equal(0, none.GetProperty("schedules").GetArrayLength());
        Assert.Equal("Scheduled", reply.Msg);
        var ids = reply.Json.GetProperty("schedules").EnumerateArray().Select(made => made.Text("id")).ToList();
        Assert.Equal(2, ids.Distinct().Count());
        Assert.Matches("^[0-9a-f]{24}$", ids[0]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_list_begins_with_the_newest_and_is_paged()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var made = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            made.Insert(0, await tenant.ScheduleAsync());
        }

        var all = await ListAsync("");
        var second = await ListAsync("page=1&per_page=2");

        Assert.Equal(made.Order().Reverse(), all);
        Assert.Equal(all.Skip(2), second);
        Assert.Empty(await ListAsync("page=9"));

        async Task<List<string>> ListAsync(string query)
        {
            var list = (await tenant.Api.GetAsync($"{tenant.Project}/schedules?{query}")).Ok();
            return [.. list.GetProperty("schedules").EnumerateArray().Select(one => one.Text("id"))];
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData("a+b/c==")]
    [InlineData("null")]
    [InlineData("é𝄞 \\u0000 \\n")]
    public async Task A_payload_passes_as_it_is(string payload)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var reply = await tenant.PostSchedulesAsync(
            $$"""{"schedules":[{"code_name":"hello","payload":"{{payload}}","run_every":60,"delay":3600}]}""");
        var id = reply.Ok().GetProperty("schedules")[0].Text("id");

        await tenant.PostCommandAsync(id, "run");

        var sent = JsonElement.Parse($"\"{payload}\"").GetString();
        Assert.Equal(sent, (await tenant.InfoAsync(id)).Text("payload"));
        Assert.Equal(sent, Assert.Single(await tenant.RunsAsync(id)).Text("payload"));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_put_changes_what_it_names_and_nothing_else()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var id = await tenant.ScheduleAsync("\"run_every\":3600,\"start_at\":\"2030-01-01T00:00:00Z\",\"label\":\"a\",\"priority\":1");

        var reply = await tenant.PutAsync(id, """{"payload":"new","run_every":7200,"priority":null,"run_times":0}""");

        var info = await tenant.InfoAsync(id);
        Assert.Equal((200, "Updated"), (reply.Status, reply.Msg));
        Assert.Equal(("new", "a"), (info.Text("payload"), info.Text("label")));
        Assert.Equal((7200, 1), (info.Int("run_every"), info.Int("priority")));
        Assert.Equal("2030-01-01T00:00:00.000Z", info.Text("next_start"));
        Assert.Equal(200, (await tenant.PutAsync(id, """{"start_at":"2030-02-01T00:00:00Z"}""")).Status);
        Assert.Equal("2030-02-01T00:00:00.000Z", (await tenant.InfoAsync(id)).Text("next_start"));
    }

    [Fact(Timeout = 30_000)]
    public async Task S6_a_cron_expression_takes_the_place_of_a_pace_and_back()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var id = await tenant.ScheduleAsync(
            "\"cron\":\"0 9 * * *\",\"timezone\":\"Europe/Berlin\",\"start_at\":\"2030-07-01T12:00:00Z\"");

        var cron = await tenant.InfoAsync(id);
        await tenant.PutAsync(id, """{"run_every":60}""");
        var pace = await tenant.InfoAsync(id);

        Assert.Equal(("0 9 * * *", "Europe/Berlin", 0), (cron.Text("cron"), cron.Text("timezone"), cron.Int("run_every")));
        Assert.Equal("2030-07-02T07:00:00.000Z", cron.Text("next_start"));
        Assert.Equal((60, "2030-07-01T12:00:00.000Z"), (pace.Int("run_every"), pace.Text("next_start")));
        Assert.False(pace.TryGetProperty("cron", out _) || pace.TryGetProperty("timezone", out _));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"schedule_id":"x","delete":true}""")]
    public async Task Cancelling_ends_it_whatever_the_body_and_does_no_harm_twice(string body)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var id = await tenant.ScheduleAsync();

        var replies = new[] { await tenant.PostCommandAsync(id, "cancel", body), await tenant.PostCommandAsync(id, "cancel", body) };

        Assert.All(replies, reply => Assert.Equal((200, "Cancelled"), (reply.Status, reply.Msg)));
        var info = await tenant.InfoAsync(id);
        Assert.Equal(("cancelled", Zero), (info.Text("status"), info.Text("next_start")));
        Assert.Equal(400, (await tenant.PutAsync(id, """{"label":"x"}""")).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task S5_a_project_has_so_many_schedules_that_have_not_ended()
    {
        await using var small = await TestSilo.StartAsync(null, ("HYBRID_SCHEDULE_LIMIT", "2"));
        var tenant = await (await small.NewTenantAsync()).ReadyAsync();
        var first = await tenant.ScheduleAsync();
        await tenant.ScheduleAsync();

        var third = await tenant.PostSchedulesAsync("""{"schedules":[{"code_name":"hello","payload":"p"}]}""");
        await tenant.PostCommandAsync(first, "cancel");

        Assert.Equal(403, third.Status);
        Assert.StartsWith("schedules: a project may have 2", third.Msg);
        await tenant.ScheduleAsync();
    }

    [GeneratedRegex("\"[0-9a-f]{24}\"")]
    private static partial Regex Ids();

    [GeneratedRegex("\"202[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z\"")]
    private static partial Regex Times();
}
