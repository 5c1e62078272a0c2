using System.Net;
using System.Text;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

public sealed class LogCopierTests
{
    private const string Get = $"GET {ClientFixture.Project}/tasks/{ClientFixture.TaskId}";
    private const string Log = $"{Get}/log";

    private static readonly FakeResponse Running = FakeResponse.Json("""{"id":"a","status":"running"}""");
    private static readonly FakeResponse Complete = FakeResponse.Json("""{"id":"a","status":"complete"}""");
    private static readonly FakeResponse None = FakeResponse.Error(404, "the log is not there yet");

    [Fact(Timeout = 10_000)]
    public async Task A_log_is_copied_as_it_is()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Log, FakeResponse.Text("one\r\n\e[31mtwo Zoë"));
        using var copy = new MemoryStream();

        await test.Client.Tasks.CopyLogAsync(ClientFixture.TaskId, copy);

        Assert.Equal("one\r\n\e[31mtwo Zoë", Encoding.UTF8.GetString(copy.ToArray()));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_log_that_is_not_there_yet_is_not_found()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Log, None);

        var trouble = await Assert.ThrowsAsync<HybridException>(
            () => test.Client.Tasks.CopyLogAsync(ClientFixture.TaskId, Stream.Null));

        Assert.Equal(HttpStatusCode.NotFound, trouble.Status);
    }

    [Fact(Timeout = 10_000)]
    public async Task Following_copies_each_byte_once_from_a_server_that_sends_all_of_it_each_time()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Get, Running, Running, Running, Complete);
        test.Server.On(
            Log, None, FakeResponse.Text("one\n"), FakeResponse.Text("one\ntwo\n"), FakeResponse.Text("one\ntwo\nend"));

        Assert.Equal("one\ntwo\nend", await FollowAsync(test));
    }

    [Fact(Timeout = 10_000)]
    public async Task Following_asks_a_server_that_can_for_the_rest_only()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Get, Running, Running, Running, Complete);
        test.Server.On(
            Log, FakeResponse.Text("one\n"), FakeResponse.Text("two\n", 206), FakeResponse.Error(416, "no more"),
            FakeResponse.Text("end", 206));

        Assert.Equal("one\ntwo\nend", await FollowAsync(test));
        Assert.Equal(
            ["", "bytes=4-", "bytes=8-", "bytes=8-"],
            test.Server.Requests.Where(request => request.Call == Log)
                .Select(request => request.Headers.GetValueOrDefault("Range", "")));
    }

    [Fact(Timeout = 10_000)]
    public async Task Following_begins_anew_with_the_next_attempt()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(
            Get,
            FakeResponse.Json("""{"id":"a","status":"running","attempt":1}"""),
            FakeResponse.Json("""{"id":"a","status":"queued","attempt":1}"""),
            FakeResponse.Json("""{"id":"a","status":"complete","attempt":2}"""));
        test.Server.On(Log, FakeResponse.Text("first"), None, FakeResponse.Text("second\n"));

        Assert.Equal("firstsecond\n", await FollowAsync(test));
        Assert.DoesNotContain("Range", test.Server.Requests.Last(request => request.Call == Log).Headers.Keys);
    }

    [Fact(Timeout = 10_000)]
    public async Task Following_goes_on_where_it_was_after_an_outage()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Get, Running, Running, Complete);
        test.Server.On(
            Log,
            [FakeResponse.Text("one\n"), .. Enumerable.Repeat(FakeResponse.Abort(), 7), FakeResponse.Text("two\n", 206)]);

        Assert.Equal("one\ntwo\n", await FollowAsync(test));
    }

    [Fact(Timeout = 10_000)]
    public async Task Following_a_task_that_never_wrote_ends_with_the_task()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Get, Running, Complete);
        test.Server.On(Log, None);

        Assert.Equal("", await FollowAsync(test));
    }

    private static async Task<string> FollowAsync(ClientFixture test)
    {
        using var copy = new MemoryStream();
        var ended = await test.Client.Tasks.FollowLogAsync(ClientFixture.TaskId, copy);
        Assert.Equal("complete", ended.Status);
        return Encoding.UTF8.GetString(copy.ToArray());
    }
}
