using System.Net;
using System.Text;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

/// <summary>Following a task by the events that the server sends.</summary>
public sealed class TaskEventStreamTests
{
    private const string Get = $"GET {ClientFixture.Project}/tasks/{ClientFixture.TaskId}";
    private const string Events = $"{Get}/events";

    private static readonly string[] Running = Event("status", "0.0", """{"id":"a","status":"running","attempt":1}""");
    private static readonly string[] Complete = Event("status", "1.8", """{"id":"a","status":"complete","attempt":1}""");
    private static readonly string[] End = Event("end", "1.8", "{}");

    [Fact(Timeout = 10_000)]
    public async Task Status_and_log_come_in_the_order_in_which_they_are_sent()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(
            Events,
            FakeResponse.Events(
            [
                "retry: 1000", "", .. Running, ":", "", .. Event("log", "1.5", """{"offset":0,"text":"z\u00fc\n."}"""),
                .. Event("log", "1.8", """{"offset":5,"text":"a\ufffdb","bytes":"Yf9i"}"""),
                .. Event("restart", "2.0", """{"attempt":2}"""), .. Event("weather", "2.0", "{}"), .. Complete, .. End,
            ]));

        var seen = await FollowAsync(test);

        Assert.Equal(
            ["running", "1 at 0: 7A-C3-BC-0A-2E", "1 at 5: 61-FF-62", "restart 2", "complete"], seen.Select(Describe));
        Assert.Equal("text/event-stream", test.Server.Single(Events).Headers["Accept"]);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_stream_that_is_cut_is_taken_up_after_the_last_event_that_came_whole()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(
            Events,
            FakeResponse.Events([.. Running, .. Event("log", "1.4", """{"offset":0,"text":"one\n"}"""), .. Event("log", "1.8", """{"offset":4,"text":"two\n"}""")[..^1]]),
            FakeResponse.Abort(),
            FakeResponse.Events([.. Running, .. Event("log", "1.8", """{"offset":4,"text":"two\n"}"""), .. Complete, .. End]));

        var seen = await FollowAsync(test);

        Assert.Equal(["running", "1 at 0: 6F-6E-65-0A", "1 at 4: 74-77-6F-0A", "complete"], seen.Select(Describe));
        Assert.Equal(
            ["", "1.4", "1.4"],
            test.Server.Requests.Select(request => request.Headers.GetValueOrDefault("Last-Event-ID", "")));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_stream_that_a_server_ends_as_it_leaves_is_no_outage_also_for_the_impatient()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Events, FakeResponse.Events(Running), FakeResponse.Events([.. Running, .. Complete, .. End]));
        using var client = test.CreateClient(usual => usual with { OutageTimeout = TimeSpan.Zero });

        Assert.Equal("complete", (await client.Tasks.WaitAsync(ClientFixture.TaskId)).Status);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_wait_asks_for_the_status_alone_and_for_nothing_else()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Events, FakeResponse.Events([.. Running, .. Complete, .. End]));

        var ended = await test.Client.Tasks.WaitAsync(ClientFixture.TaskId);

        Assert.Equal("complete", ended.Status);
        Assert.Equal("?log=0", Assert.Single(test.Server.Requests).Query);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_log_is_followed_by_the_events_and_across_attempts()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(
            Events,
            FakeResponse.Events(
            [
                .. Running, .. Event("log", "1.5", """{"offset":0,"text":"first"}"""),
                .. Event("restart", "2.0", """{"attempt":2}"""), .. Event("log", "2.6", """{"offset":0,"text":"second"}"""),
                .. Complete, .. End,
            ]));
        using var copy = new MemoryStream();

        var ended = await test.Client.Tasks.FollowLogAsync(ClientFixture.TaskId, copy);

        Assert.Equal(("complete", "firstsecond"), (ended.Status, Encoding.UTF8.GetString(copy.ToArray())));
        Assert.Equal(Events, Assert.Single(test.Server.Requests).Call);
    }

    [Fact(Timeout = 10_000)]
    public async Task Where_streams_run_out_meanwhile_the_rest_of_the_log_is_asked_for()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(
            Events,
            FakeResponse.Events([.. Running, .. Event("log", "1.4", """{"offset":0,"text":"one\n"}""")]),
            FakeResponse.Error(403, "too many"));
        test.Server.On(Get, FakeResponse.Json("""{"id":"a","status":"complete","attempt":1}"""));
        test.Server.On($"{Get}/log", FakeResponse.Text("two\n", 206));
        using var copy = new MemoryStream();

        await test.Client.Tasks.FollowLogAsync(ClientFixture.TaskId, copy);

        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(copy.ToArray()));
        Assert.Equal("bytes=4-", test.Server.Single($"{Get}/log").Headers["Range"]);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_server_that_stays_away_is_given_up_and_one_of_another_kind_at_once()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Events, FakeResponse.Events(Running), FakeResponse.Abort());
        var away = await Assert.ThrowsAsync<HybridException>(() => FollowAsync(test));
        test.Server.On(Events, new FakeResponse(200, "<p>Sign in</p>", "text/html"));
        var other = await Assert.ThrowsAsync<HybridException>(() => FollowAsync(test));
        test.Server.On(Events, FakeResponse.Error(404, "Task not found"));
        var none = await Assert.ThrowsAsync<HybridException>(() => FollowAsync(test));

        Assert.Equal((true, false, HttpStatusCode.NotFound), (away.IsTransient, other.IsTransient, none.Status));
        Assert.InRange((test.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds, 60, 70);
    }

    private static string[] Event(string kind, string id, string data) => [$"event: {kind}", $"id: {id}", $"data: {data}", ""];

    private static async Task<List<TaskEvent>> FollowAsync(ClientFixture test)
    {
        var seen = new List<TaskEvent>();
        await foreach (var next in test.Client.Tasks.FollowAsync(ClientFixture.TaskId))
        {
            seen.Add(next);
        }

        return seen;
    }

    private static string Describe(TaskEvent seen) => seen switch
    {
        TaskChanged changed => changed.Task.Status,
        LogAdded log => $"{log.Attempt} at {log.Offset}: {BitConverter.ToString(log.Data.ToArray())}",
        LogRestarted restarted => $"restart {restarted.Attempt}",
        _ => throw new InvalidOperationException($"{seen}"),
    };
}
