using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

public sealed class TasksClientWaitTests
{
    private const string Get = $"GET {ClientFixture.Project}/tasks/{ClientFixture.TaskId}";

    [Theory(Timeout = 10_000)]
    [InlineData("complete")]
    [InlineData("error")]
    [InlineData("cancelled")]
    [InlineData("timeout")]
    [InlineData("killed")]
    public async Task It_ends_when_the_task_has_ended(string status)
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Get, Task("queued"), Task("preparing"), Task("running"), Task(status));

        var ended = await test.Client.Tasks.WaitAsync(ClientFixture.TaskId);

        Assert.Equal(status, ended.Status);
        Assert.Equal(4, test.Server.Count(Get));
    }

    [Fact(Timeout = 10_000)]
    public async Task It_asks_often_at_first_and_every_second_later()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Get, [.. Enumerable.Repeat(Task("running"), 12), Task("complete")]);

        await test.Client.Tasks.WaitAsync(ClientFixture.TaskId);

        var pauses = test.Clock.Pauses;
        Assert.Equal(TimeSpan.FromMilliseconds(50), pauses[0]);
        Assert.Equal(TimeSpan.FromSeconds(1), pauses[^1]);
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(12, pauses.Count);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_status_of_a_newer_server_is_waited_out_and_ends_with_an_end_time()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(
            Get,
            Task("dreaming"),
            FakeResponse.Json("""{"id":"a","status":"dreaming","end_time":"0001-01-01T00:00:00Z"}"""),
            FakeResponse.Json("""{"id":"a","status":"awake","end_time":"2026-02-03T04:05:06Z"}"""));

        var ended = await test.Client.Tasks.WaitAsync(ClientFixture.TaskId);

        Assert.Equal("awake", ended.Status);
    }

    [Fact(Timeout = 10_000)]
    public async Task It_outlives_a_server_that_is_away_for_a_while()
    {
        await using var test = await ClientFixture.StartAsync();
        var away = Enumerable.Repeat(FakeResponse.Abort(), 30);
        test.Server.On(Get, [Task("running"), .. away, Task("running"), .. away, Task("complete")]);

        var ended = await test.Client.Tasks.WaitAsync(ClientFixture.TaskId);

        Assert.Equal("complete", ended.Status);
    }

    [Fact(Timeout = 10_000)]
    public async Task It_gives_up_a_server_that_stays_away()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Get, Task("running"), FakeResponse.Abort());

        var trouble = await Assert.ThrowsAsync<HybridException>(
            () => test.Client.Tasks.WaitAsync(ClientFixture.TaskId));

        Assert.True(trouble.IsTransient);
        Assert.InRange((test.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds, 60, 70);
    }

    [Fact(Timeout = 10_000)]
    public async Task Leaving_off_leaves_the_task_alone()
    {
        await using var test = await ClientFixture.StartAsync();
        using var leave = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        var held = Task("running") with { HeldUntil = never.Task };
        test.Server.On(Get, held);

        var waiting = test.Client.Tasks.WaitAsync(ClientFixture.TaskId, leave.Token);
        await held.Requested.Task;
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.All(test.Server.Requests, request => Assert.Equal("GET", request.Method));
    }

    private static FakeResponse Task(string status) => FakeResponse.Json($$"""{"id":"a","status":"{{status}}"}""");
}
