using System.Net;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Support;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

public sealed class ClientRetryTests
{
    private const string Queue = $"POST {ClientFixture.Project}/tasks";
    private const string Get = $"GET {ClientFixture.Project}/tasks/{ClientFixture.TaskId}";

    private static readonly NewTask Hello = new() { CodeName = "hello.rb" };

    private static readonly FakeResponse Queued = FakeResponse.Json("""{"msg":"Queued up","tasks":[{"id":"a"}]}""");

    private static readonly FakeResponse Complete = FakeResponse.Json("""{"id":"a","status":"complete"}""");

    [Fact(Timeout = 10_000)]
    public async Task A_server_that_asks_for_a_retry_is_asked_again()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Queue, FakeResponse.Error(503, "busy"), FakeResponse.Error(503, "busy"), Queued);

        Assert.Equal("a", await test.Client.Tasks.EnqueueAsync(Hello));

        Assert.Equal(3, test.Server.Count(Queue));
        Assert.InRange(test.Clock.Pauses[0].TotalMilliseconds, 50, 100);
        Assert.InRange(test.Clock.Pauses[1].TotalMilliseconds, 100, 200);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("7", 7)]
    [InlineData("Thu, 01 Jan 1970 00:00:09 GMT", 9)]
    [InlineData("86400", 30)]
    public async Task The_pause_is_as_long_as_the_server_asks_within_reason(string retryAfter, int seconds)
    {
        await using var test = await ClientFixture.StartAsync();
        var busy = FakeResponse.Error(503, "busy") with
        {
            Headers = new Dictionary<string, string> { ["Retry-After"] = retryAfter },
        };
        test.Server.On(Queue, busy, Queued);

        await test.Client.Tasks.EnqueueAsync(Hello);

        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(test.Clock.Pauses));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_server_that_stays_busy_is_given_up()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Queue, FakeResponse.Error(503, "come back later"));

        var trouble = await Assert.ThrowsAsync<HybridException>(() => test.Client.Tasks.EnqueueAsync(Hello));

        Assert.Equal(5, test.Server.Count(Queue));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, trouble.Status);
        Assert.Equal("come back later", trouble.ServerMessage);
        Assert.True(trouble.IsTransient);
    }

    [Theory(Timeout = 10_000)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(0)]
    public async Task Only_what_changes_nothing_is_repeated_when_the_outcome_is_open(int status)
    {
        await using var test = await ClientFixture.StartAsync();
        var trouble = status == 0 ? FakeResponse.Abort() : FakeResponse.Error(status, "gateway");
        test.Server.On(Queue, trouble, Queued);
        test.Server.On(Get, trouble, trouble, Complete);

        var thrown = await Assert.ThrowsAsync<HybridException>(() => test.Client.Tasks.EnqueueAsync(Hello));
        var task = await test.Client.Tasks.GetAsync(ClientFixture.TaskId);

        Assert.True(thrown.IsTransient);
        Assert.Equal(1, test.Server.Count(Queue));
        Assert.Equal("complete", task.Status);
        Assert.Equal(3, test.Server.Count(Get));
    }

    [Theory(Timeout = 10_000)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task A_rejection_is_final_and_carries_the_servers_message(int status)
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Get, FakeResponse.Error(status, "because"));

        var trouble = await Assert.ThrowsAsync<HybridException>(
            () => test.Client.Tasks.GetAsync(ClientFixture.TaskId));

        Assert.Equal(1, test.Server.Count(Get));
        Assert.Equal(status, (int)trouble.Status!);
        Assert.Equal("because", trouble.ServerMessage);
        Assert.Contains("because", trouble.Message, StringComparison.Ordinal);
        Assert.Contains(ClientFixture.TaskId, trouble.Message, StringComparison.Ordinal);
        Assert.False(trouble.IsTransient);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_server_that_is_not_there_is_named()
    {
        await using var test = await ClientFixture.StartAsync();
        var client = test.Client;
        var address = test.Server.Url.GetLeftPart(UriPartial.Authority);
        await test.Server.DisposeAsync();

        var trouble = await Assert.ThrowsAsync<HybridException>(
            () => client.Tasks.GetAsync(ClientFixture.TaskId));

        Assert.Null(trouble.Status);
        Assert.True(trouble.IsTransient);
        Assert.Contains(address, trouble.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_request_that_never_reached_a_server_is_sent_again_whatever_it_changes()
    {
        await using var test = await ClientFixture.StartAsync();
        var client = test.Client;
        await test.Server.DisposeAsync();

        var trouble = await Assert.ThrowsAsync<HybridException>(() => client.Tasks.EnqueueAsync(Hello));

        Assert.Equal(4, test.Clock.Pauses.Count);
        Assert.Null(trouble.Status);
    }

    [Theory(Timeout = 10_000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Cancelling_meanwhile_throws_that_unless_it_was_the_last_attempt(int attempt)
    {
        using var cancellation = new CancellationTokenSource();
        var retry = new ClientRetry(Options(new InstantTimeProvider()));
        var calls = 0;

        var thrown = await Assert.ThrowsAnyAsync<Exception>(
            () => retry.ExecuteAsync(CallAsync, isReadOnly: false, cancellation.Token));

        Assert.Equal(attempt, calls);
        Assert.IsType(attempt == 1 ? typeof(OperationCanceledException) : typeof(HybridException), thrown);

        async Task<int> CallAsync()
        {
            if (++calls == attempt)
            {
                await cancellation.CancelAsync();
            }

            throw Busy();
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task A_pause_ends_when_the_call_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var time = new ManualTimeProvider();
        var calling = new ClientRetry(Options(time)).ExecuteAsync<int>(() => throw Busy(), isReadOnly: false, cancellation.Token);
        await time.WaitForTimerAsync(pause => pause <= TimeSpan.FromMilliseconds(100));

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
    }

    private static HybridClientOptions Options(TimeProvider time) =>
        new() { BaseUrl = new Uri("http://localhost"), Token = "t", MaxAttempts = 2, TimeProvider = time };

    private static HybridException Busy() => new("busy", HttpStatusCode.ServiceUnavailable, "busy", isTransient: true);
}
