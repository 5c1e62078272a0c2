using System.Net;
using System.Net.Sockets;
using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.Runner.Link;
using Orleans.Hybrid.Runner.Tests.Support;

namespace Orleans.Hybrid.Runner.Tests;

/// <summary>Calls to the control plane, and what their failures say.</summary>
public sealed class TheLink : IAsyncLifetime
{
    private FakeControlPlane plane = null!;
    private HttpControlPlane link = null!;

    public async Task InitializeAsync()
    {
        plane = await FakeControlPlane.StartAsync();
        link = new HttpControlPlane(plane.Address, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        link.Dispose();
        await plane.DisposeAsync();
    }

    [Theory(Timeout = 30_000)]
    [InlineData(400, LinkTrouble.Refused)]
    [InlineData(401, LinkTrouble.CredentialDead)]
    [InlineData(403, LinkTrouble.Passing)]
    [InlineData(404, LinkTrouble.Passing)]
    [InlineData(409, LinkTrouble.Stale)]
    [InlineData(413, LinkTrouble.Refused)]
    [InlineData(429, LinkTrouble.Passing)]
    [InlineData(500, LinkTrouble.Passing)]
    [InlineData(503, LinkTrouble.Passing)]
    public async Task A_refusal_says_whether_another_try_can_help(int status, object trouble)
    {
        plane.Fail("claim", status);

        var failure = await Assert.ThrowsAsync<ControlPlaneException>(ClaimAsync);
        Assert.Equal((LinkTrouble)trouble, failure.Trouble);
        Assert.Contains($"{status} (a test wants {status})", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("credential", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_that_is_not_the_protocols_may_be_a_proxys_and_is_asked_for_again()
    {
        plane.Before["claim"] = async context =>
        {
            await context.Response.Body.WriteAsync("<html>please log in</html>"u8.ToArray());
            await context.Response.CompleteAsync();
            return 0;
        };

        Assert.Equal(LinkTrouble.Passing, (await Assert.ThrowsAsync<ControlPlaneException>(ClaimAsync)).Trouble);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_call_without_an_answer_ends_by_itself()
    {
        var never = new TaskCompletionSource<int>();
        plane.Before["heartbeat"] = _ => never.Task;

        var failure = await Assert.ThrowsAsync<ControlPlaneException>(
            () => link.HeartbeatAsync("credential-1", new() { Leases = [] }, TimeSpan.FromMilliseconds(50), default));
        never.SetResult(0);
        Assert.Equal(LinkTrouble.Passing, failure.Trouble);
    }

    [Fact(Timeout = 30_000)]
    public async Task Nobody_who_listens_is_trouble_that_may_pass()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var nowhere = new HttpControlPlane(
            new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}"), TimeProvider.System);

        var failure = await Assert.ThrowsAsync<ControlPlaneException>(
            () => nowhere.ReleaseAsync("credential-1", new ReleaseRequest { Leases = [] }, default));
        Assert.Equal(LinkTrouble.Passing, failure.Trouble);
    }

    [Fact(Timeout = 30_000)]
    public async Task Heartbeats_have_a_connection_of_their_own()
    {
        await link.LogAsync("credential-1", new LogRequest { Pieces = [] }, default);
        await link.HeartbeatAsync("credential-1", new() { Leases = [] }, TimeSpan.FromSeconds(5), default);
        await link.FinishAsync("credential-1", new FinishRequest { Results = [] }, default);

        Assert.Equal(plane.Connections["log"], plane.Connections["finish"]);
        Assert.NotEqual(plane.Connections["log"], plane.Connections["heartbeat"]);
    }

    [Fact]
    public void Pauses_double_up_to_a_limit_with_chance_in_them_and_begin_anew_after_success()
    {
        var backoff = new Backoff(new Random(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        var pauses = Enumerable.Range(0, 100).Select(_ => backoff.Failed().TotalSeconds).ToList();
        backoff.Succeeded();

        Assert.All(pauses.Select((pause, i) => pause / Math.Min(30, Math.Pow(2, i))), part => Assert.InRange(part, 0.5, 1));
        Assert.True(pauses.Skip(10).Distinct().Count() > 80);
        Assert.InRange(backoff.Failed().TotalSeconds, 0.5, 1);
        Assert.InRange(backoff.Failed(TimeSpan.FromSeconds(60)).TotalSeconds, 60, 62);
    }

    private Task ClaimAsync()
    {
        var claim = new ClaimRequest { ClaimKey = new string('a', 32), Wanted = 1 };
        return link.ClaimAsync("credential-1", claim, TimeSpan.FromSeconds(1), default);
    }
}
