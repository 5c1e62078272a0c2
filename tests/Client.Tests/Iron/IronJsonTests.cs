using System.Text.Json;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client.Tests.Iron;

public sealed class IronJsonTests
{
    [Fact(Timeout = 5000)]
    public async Task A_task_has_exactly_the_published_names()
    {
        await Task.Yield();
        var json = JsonSerializer.SerializeToElement(
            new TaskInfo { Id = "a", Status = "queued" }, IronJson.Default.TaskInfo);

        Assert.Equal(
            "id project_id code_id code_history_id code_name code_rev status msg priority timeout delay payload "
            + "cluster label schedule_id message_id created_at updated_at start_time end_time duration run_times "
            + "percent log_size retry_count",
            Names(json));
    }

    [Fact(Timeout = 5000)]
    public async Task A_code_has_exactly_the_published_names()
    {
        await Task.Yield();
        var json = JsonSerializer.SerializeToElement(new CodeInfo { Id = "a" }, IronJson.Default.CodeInfo);

        Assert.Equal(
            "id project_id name rev latest_history_id latest_change latest_checksum image command stack runtime "
            + "max_concurrency retries retries_delay default_priority priority config env_vars status created_at "
            + "updated_at archived_at",
            Names(json));
    }

    [Fact(Timeout = 5000)]
    public async Task Members_left_out_when_queueing_are_not_sent()
    {
        await Task.Yield();
        var json = JsonSerializer.Serialize(
            new EnqueueRequest { Tasks = [new NewTask { CodeName = "hello.rb" }] }, IronJson.Default.EnqueueRequest);

        Assert.Equal("""{"tasks":[{"code_name":"hello.rb","payload":""}]}""", json);
    }

    [Theory(Timeout = 5000)]
    [InlineData("0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00Z")]
    [InlineData("2026-02-03T04:05:06+00:00", "2026-02-03T04:05:06.000Z")]
    [InlineData("2026-02-03T04:05:06.1234567+02:00", "2026-02-03T02:05:06.123Z")]
    [InlineData("2026-02-03T04:05:06.5Z", "2026-02-03T04:05:06.500Z")]
    public async Task A_time_is_written_in_utc_with_three_fractional_digits_or_none(string time, string written)
    {
        await Task.Yield();
        var task = new TaskInfo
        {
            Id = "a",
            Status = "queued",
            CreatedAt = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture),
        };

        var json = JsonSerializer.SerializeToElement(task, IronJson.Default.TaskInfo);

        Assert.Equal(written, json.GetProperty("created_at").GetString());
    }

    [Fact(Timeout = 5000)]
    public async Task A_newer_or_older_server_is_read_too()
    {
        await Task.Yield();
        var task = JsonSerializer.Deserialize(
            """
            {"id":"a","status":"dreaming","dreams":[1,{"of":"sheep"}],"start_time":null,"end_time":"","msg":null,
             "created_at":"2026-02-03T04:05:06.1234567+02:00","retry_count":"2","exit_code":3}
            """,
            IronJson.Default.TaskInfo)!;

        Assert.Equal("dreaming", task.Status);
        Assert.Equal(DateTimeOffset.MinValue, task.StartTime);
        Assert.Equal(DateTimeOffset.MinValue, task.EndTime);
        Assert.Equal(2, task.CreatedAt.UtcDateTime.Hour);
        Assert.Equal(2, task.RetryCount);
        Assert.Equal(3, task.ExitCode);
        Assert.Equal("", task.Msg);
        Assert.Equal("", task.Label);
    }

    private static string Names(JsonElement json) => string.Join(' ', json.EnumerateObject().Select(one => one.Name));
}
