using System.Text;
using System.Text.Json;
using OrleansHybrid.Silo.Api;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>C8: bodies that say nothing, byte-order marks, and times as clients' languages write them.</summary>
public sealed class RequestBodyParsingTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Theory(Timeout = 30_000)]
    [InlineData("null", "application/json")]
    [InlineData(" \r\n\tnull\n", "application/json")]
    [InlineData("  \n", null)]
    [InlineData("\uFEFF", null)]
    [InlineData("\uFEFFnull", "text/plain")]
    [InlineData("\uFEFF{\"delay\":0}", "application/json")]
    public async Task C8_a_body_that_says_nothing_is_an_empty_one(string body, string? type)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();

        foreach (var call in new[] { "retry", "progress", "cancel" })
        {
            var reply = await tenant.Api.PostAsync($"{tenant.Project}/tasks/{task}/{call}", Encoding.UTF8.GetBytes(body), type);
            Assert.Equal(200, reply.Status);
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData("null", 406, "tasks is required")]
    [InlineData("{\"tasks\":null}", 406, "tasks is required")]
    [InlineData("{\"tasks\":[null]}", 400, "tasks[0] must be a JSON object")]
    [InlineData("nul", 400, "The body is not valid JSON")]
    [InlineData("nullnull", 400, "The body is not valid JSON")]
    [InlineData("\uFEFF\uFEFF{}", 400, "The body is not valid JSON")]
    public async Task C8_what_is_missing_from_such_a_body_is_named(string body, int status, string words)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var reply = await tenant.PostTasksAsync(body);

        Assert.Equal(status, reply.Status);
        Assert.StartsWith(words, reply.Msg, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task C8_a_byte_order_mark_is_passed_over_in_a_body_and_in_the_data_of_an_upload()
    {
        var tenant = await silo.NewTenantAsync();
        await tenant.NewClusterAsync("\uFEFF{\"name\":\"site\"}");
        await tenant.UploadAsync("\uFEFF{\"name\":\"hello\",\"image\":\"busybox\"}");

        Assert.Equal(200, (await tenant.PostTasksAsync("\uFEFF{\"tasks\":[{\"code_name\":\"hello\"}]}")).Status);
        Assert.Single(await tenant.ListAsync());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("2099-06-01T10:20:30", "2099-06-01T10:20:30.000Z")]
    [InlineData("2099-06-01 10:20:30", "2099-06-01T10:20:30.000Z")]
    [InlineData("2099-06-01T10:20:30.1234567", "2099-06-01T10:20:30.123Z")]
    [InlineData("2099-06-01T10:20", "2099-06-01T10:20:00.000Z")]
    [InlineData("2099-06-01", "2099-06-01T00:00:00.000Z")]
    [InlineData("2099-06-01 10:20:30 +0200", "2099-06-01T08:20:30.000Z")]
    [InlineData("2099-06-01 10:20:30 UTC", "2099-06-01T10:20:30.000Z")]
    [InlineData("2099-06-01T10:20:30+02:00", "2099-06-01T08:20:30.000Z")]
    [InlineData("2099-06-01T10:20:30-05:30", "2099-06-01T15:50:30.000Z")]
    [InlineData("2099-06-01t10:20:30z", "2099-06-01T10:20:30.000Z")]
    public async Task C8_a_time_without_a_zone_is_utc_in_start_at_and_end_at(string written, string shown)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var reply = await tenant.Api.PostAsync(
            $"{tenant.Project}/schedules",
            $$"""{"schedules":[{"code_name":"hello","payload":"p","run_every":60,"start_at":"{{written}}","end_at":"{{written}}"}]}""");

        var id = reply.Ok().GetProperty("schedules")[0].GetProperty("id").GetString();
        var schedule = (await tenant.Api.GetAsync($"{tenant.Project}/schedules/{id}")).Ok();
        Assert.Equal(
            (DateTimeOffset.Parse(shown, null), DateTimeOffset.Parse(shown, null)),
            (schedule.GetProperty("start_at").GetDateTimeOffset(), schedule.GetProperty("end_at").GetDateTimeOffset()));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("from_time=2001-01-01", true)]
    [InlineData("from_time=2001-01-01T00:00:00&to_time=2099-01-01 00:00:00", true)]
    [InlineData("to_time=2001-01-01", false)]
    [InlineData("from_time=2099-01-01T00:00:00Z", false)]
    public async Task C8_filters_take_written_times_beside_seconds(string query, bool found)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();

        Assert.Equal(found ? [task] : [], await tenant.ListAsync(query));
        var many = JsonSerializer.Serialize(query.Split('&').Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]));
        var reply = await tenant.Api.PostAsync($"{tenant.Project}/tasks/cancel", many);
        Assert.Equal(found ? 1 : 0, reply.Ok().GetProperty("count").GetInt32());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("tomorrow")]
    [InlineData("2099-02-30")]
    [InlineData("2099-06-01T25:00:00")]
    [InlineData("2099-06-01T10:20:30 CEST")]
    [InlineData("2099-06-01T10:20:30+25:00")]
    [InlineData("2099-06-01T10:20:30.")]
    [InlineData("12099-06-01")]
    [InlineData("")]
    public Task C8_what_is_no_time_is_none(string written)
    {
        Assert.False(LenientTimestamp.TryParse(written, out _));
        return Task.CompletedTask;
    }
}
