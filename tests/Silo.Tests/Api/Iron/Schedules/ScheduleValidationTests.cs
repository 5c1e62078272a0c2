using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron.Schedules;

/// <summary>Bad schedules are rejected with the field and the rule, and never as the server's fault.</summary>
public sealed class ScheduleValidationTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Theory(Timeout = 30_000)]
    [InlineData(400, "payload is required", """{"code_name":"hello"}""")]
    [InlineData(400, "payload is required", """{"code_name":"hello","payload":null}""")]
    [InlineData(400, "payload is required", """{"code_name":"hello","payload":""}""")]
    [InlineData(406, "code_name is required", """{"payload":"p"}""")]
    [InlineData(404, "code_name: this project has no code package nothing", """{"code_name":"nothing","payload":"p"}""")]
    [InlineData(404, "cluster: there is no cluster nowhere", """{"code_name":"hello","payload":"p","cluster":"nowhere"}""")]
    [InlineData(400, "run_every must be from 60", """{"code_name":"hello","payload":"p","run_every":59}""")]
    [InlineData(400, "run_every must be from 60", """{"code_name":"hello","payload":"p","run_every":-60}""")]
    [InlineData(400, "run_every must be a number", """{"code_name":"hello","payload":"p","run_every":"often"}""")]
    [InlineData(400, "run_times must be from 1", """{"code_name":"hello","payload":"p","run_times":-1}""")]
    [InlineData(400, "delay must be from 0", """{"code_name":"hello","payload":"p","delay":1e15}""")]
    [InlineData(400, "task_delay must be from 0 to 604800", """{"code_name":"hello","payload":"p","task_delay":604801}""")]
    [InlineData(400, "start_at must be a time", """{"code_name":"hello","payload":"p","start_at":"tomorrow"}""")]
    [InlineData(400, "start_at must be a time", """{"code_name":"hello","payload":"p","start_at":"2030-01"}""")]
    [InlineData(400, "start_at must be a time", """{"code_name":"hello","payload":"p","start_at":"2030-02-30T00:00:00Z"}""")]
    [InlineData(400, "start_at must be a time", """{"code_name":"hello","payload":"p","start_at":"2030-01-01T00:00:00 CEST"}""")]
    [InlineData(400, "end_at must be a time", """{"code_name":"hello","payload":"p","end_at":"2030-13-01"}""")]
    [InlineData(400, "max_concurrency must be a number", """{"code_name":"hello","payload":"p","max_concurrency":"many"}""")]
    [InlineData(400, "start_at must be a time", """{"code_name":"hello","payload":"p","start_at":"2030-01-01T00:00:0099Z"}""")]
    [InlineData(400, "start_at must be a string", """{"code_name":"hello","payload":"p","start_at":1893456000}""")]
    [InlineData(400, "end_at must be later than now", """{"code_name":"hello","payload":"p","end_at":"2020-01-01T00:00:00Z"}""")]
    [InlineData(400, "end_at comes before the first run", """{"code_name":"hello","payload":"p","start_at":"2031-01-01T00:00:00Z","end_at":"2030-01-01T00:00:00Z"}""")]
    [InlineData(400, "cron has a bad hour", """{"code_name":"hello","payload":"p","cron":"0 24 * * *"}""")]
    [InlineData(400, "cron must have five fields", """{"code_name":"hello","payload":"p","cron":"every day"}""")]
    [InlineData(400, "cron never comes", """{"code_name":"hello","payload":"p","cron":"0 0 31 2 *"}""")]
    [InlineData(400, "cron and run_every exclude", """{"code_name":"hello","payload":"p","cron":"0 0 * * *","run_every":60}""")]
    [InlineData(400, "timezone must be a name", """{"code_name":"hello","payload":"p","cron":"0 0 * * *","timezone":"../../etc/passwd"}""")]
    [InlineData(400, "timezone is the zone of a cron", """{"code_name":"hello","payload":"p","timezone":"UTC"}""")]
    public async Task E1_a_rejection_begins_with_the_entrys_field(int status, string why, string entry)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var reply = await tenant.PostSchedulesAsync($$"""{"schedules":[{{entry}}]}""");

        Assert.Equal(status, reply.Status);
        Assert.StartsWith($"schedules[0].{why}", reply.Msg);
        Assert.Equal(0, (await tenant.Api.GetAsync($"{tenant.Project}/schedules")).Ok().GetProperty("schedules").GetArrayLength());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(406, "schedules is required", "{}")]
    [InlineData(406, "schedules is required", "")]
    [InlineData(400, "schedules must have at least one entry", """{"schedules":[]}""")]
    [InlineData(400, "schedules must be an array", """{"schedules":{}}""")]
    [InlineData(400, "schedules[0] must be a JSON object", """{"schedules":["x"]}""")]
    [InlineData(400, "The body is not valid JSON", "{\"schedules\":[")]
    public async Task E1_a_request_without_entries_is_rejected(int status, string why, string body)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.PostSchedulesAsync(body);

        Assert.Equal(status, reply.Status);
        Assert.StartsWith(why, reply.Msg);
    }

    [Fact(Timeout = 30_000)]
    public async Task B3_a_body_that_is_not_declared_as_json_is_rejected()
    {
        var tenant = await silo.NewTenantAsync();

        Assert.Equal(406, (await tenant.Api.PostAsync($"{tenant.Project}/schedules", "{}"u8.ToArray(), "text/plain")).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task B4_a_payload_has_a_limit_also_when_it_is_changed()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var id = await tenant.ScheduleAsync();
        var large = new string('x', 65_537);

        var made = await tenant.PostSchedulesAsync($$"""{"schedules":[{"code_name":"hello","payload":"{{large}}"}]}""");
        var changed = await tenant.PutAsync(id, $$"""{"payload":"{{large}}"}""");

        Assert.Equal((400, "schedules[0].payload must be at most 65536 bytes long, as sent"), (made.Status, made.Msg));
        Assert.Equal((400, "payload must be at most 65536 bytes long, as sent"), (changed.Status, changed.Msg));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(400, "run_every must be from 60", """{"run_every":1}""")]
    [InlineData(404, "code_name: this project has no", """{"code_name":"nothing"}""")]
    [InlineData(404, "cluster: there is no", """{"cluster":"nowhere"}""")]
    [InlineData(400, "end_at must be later", """{"end_at":"2020-01-01T00:00:00Z"}""")]
    [InlineData(400, "cron and run_every", """{"cron":"* * * * *","run_every":60}""")]
    [InlineData(400, "The body must be a JSON object", "[]")]
    public async Task E1_a_bad_change_changes_nothing(int status, string why, string body)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var id = await tenant.ScheduleAsync();
        var before = (await tenant.Api.GetAsync($"{tenant.Project}/schedules/{id}")).Body;

        var reply = await tenant.PutAsync(id, body);

        Assert.Equal(status, reply.Status);
        Assert.StartsWith(why, reply.Msg);
        Assert.Equal(before, (await tenant.Api.GetAsync($"{tenant.Project}/schedules/{id}")).Body);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("2030-01-02T03:04:05Z", "2030-01-02T03:04:05.000Z")]
    [InlineData("2030-01-02t03:04:05z", "2030-01-02T03:04:05.000Z")]
    [InlineData("2030-01-02T03:04:05.1-05:30", "2030-01-02T08:34:05.100Z")]
    [InlineData("2030-01-02T03:04:05.123456789Z", "2030-01-02T03:04:05.123Z")]
    public async Task Times_are_read_with_any_offset_and_written_in_utc(string sent, string shown)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var id = await tenant.ScheduleAsync($"\"start_at\":\"{sent}\"");

        Assert.Equal(shown, (await tenant.InfoAsync(id)).Text("start_at"));
    }
}
