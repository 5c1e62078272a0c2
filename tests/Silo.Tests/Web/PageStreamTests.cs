using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Silo.Streaming;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Silo.Web.Clusters;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>V6: the live parts of pages as connections: how many there are, and how they end.</summary>
public sealed class PageStreamTests
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    [Fact(Timeout = 60_000)]
    public async Task V6_pages_and_the_api_share_one_limit_beyond_which_a_page_is_told_when_to_retry()
    {
        await using var own = await TestSilo.StartAsync(
            configure: builder => builder.Services.AddSingleton(new StreamLimiter(maxPerUser: 2, maxTotal: 3)));
        var (tenant, task, visitor) = await SignedInAsync(own);
        var (other, theirs, another) = await SignedInAsync(own);
        using var both = visitor;
        using var theirVisit = another;
        using var page = await visitor.OpenEventStreamAsync(Events(tenant, task));
        using var events = await ServerSentEventReader.OpenAsync(own.Address, tenant, task);
        await events.NextAsync("status");

        using var third = await visitor.RequestEventStreamAsync(Events(tenant, task));
        var byApi = await tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/events");
        using var last = await another.OpenEventStreamAsync(Events(other, theirs));
        using var full = await another.RequestEventStreamAsync(Events(other, theirs));
        var fullByApi = await other.Api.GetAsync($"{other.Project}/tasks/{theirs}/events");

        Assert.Equal((503, 403, 503, 503), ((int)third.StatusCode, byApi.Status, (int)full.StatusCode, fullByApi.Status));
        Assert.All([third.Headers, byApi.Headers, full.Headers, fullByApi.Headers], headers =>
            Assert.Equal(TimeSpan.FromSeconds(10), headers.RetryAfter?.Delta));
    }

    [Fact(Timeout = 60_000)]
    public async Task V6_a_stream_ends_when_who_opened_it_signs_out()
    {
        var time = new ManualTimeProvider();
        await using var own = await TestSilo.StartAsync(configure: builder => builder.Services.AddSingleton(
            provider => ActivatorUtilities.CreateInstance<EventStreams>(provider, time)));
        var (tenant, task, visitor) = await SignedInAsync(own);
        using var signedIn = visitor;
        await visitor.GetAsync($"/projects/{tenant.ProjectId}/tasks/{task}");
        using var events = await visitor.OpenEventStreamAsync(Events(tenant, task));
        while (await events.ReadLineAsync() is not "event: change")
        {
        }

        await time.WaitForTimerAsync(HeartbeatInterval);
        Assert.Equal(303, (await visitor.PostAsync("/sign-out")).Status);
        var rest = events.ReadToEndAsync();
        while (await Task.WhenAny(rest, time.WaitForTimerAsync(HeartbeatInterval)) != rest)
        {
            time.Advance(HeartbeatInterval);
        }

        Assert.DoesNotContain("event: end", await rest, StringComparison.Ordinal);
        await UntilLeftAsync(own, tenant);
    }

    [Fact(Timeout = 60_000)]
    public async Task V6_a_reader_that_takes_nothing_is_cut_off_and_holds_nothing()
    {
        var time = new ManualTimeProvider();
        await using var own = await TestSilo.StartAsync(configure: builder => builder.Services.AddSingleton(
            provider => ActivatorUtilities.CreateInstance<EventStreams>(provider, time)));
        var (tenant, _, visitor) = await SignedInAsync(own);
        using var signedIn = visitor;
        var cluster = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var task = await tenant.QueueAsync($"\"cluster\":\"{cluster}\"");
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        var piece = new byte[900_000];
        Array.Fill(piece, (byte)'a');
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(200, (await runner.LogAsync(lease, i * piece.Length, piece)).Status);
        }

        using var stuck = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await stuck.ConnectAsync(own.Address.Host, own.Address.Port);
        var cookies = string.Join("; ", visitor.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
        await stuck.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {Events(tenant, task)}?mark=x.1.0 HTTP/1.1\r\nHost: host\r\nAccept: text/event-stream\r\nCookie: {cookies}\r\n\r\n"));
        var patience = TimeSpan.FromMinutes(1);
        await time.WaitForTimerAsync(patience);

        // The first writes go through, into buffers: each has its minute.
        var left = UntilLeftAsync(own, tenant);
        while (await Task.WhenAny(left, time.WaitForTimerAsync(patience)) != left)
        {
            time.Advance(patience);
        }

        await left;
        Assert.Equal(0, own.Get<TaskWatcher>().Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task V6_two_pages_of_a_cluster_get_the_same_by_one_query()
    {
        await using var own = await TestSilo.StartAsync();
        var (tenant, _, visitor) = await SignedInAsync(own);
        using var signedIn = visitor;
        var cluster = await tenant.NewClusterAsync();
        using var one = await visitor.OpenEventStreamAsync($"/clusters/{cluster}/events");
        using var two = await visitor.OpenEventStreamAsync($"/clusters/{cluster}/events");

        Assert.Equal(await IdOfChangeAsync(one), await IdOfChangeAsync(two));
        Assert.Equal(1, own.Get<ClusterWatcher>().Count);
    }

    /// <summary>Waits until a user has no stream open.</summary>
    private static async Task UntilLeftAsync(TestSilo silo, Tenant tenant)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (silo.Get<StreamLimiter>().CountOf(tenant.UserId) > 0)
        {
            await look.WaitForNextTickAsync();
        }
    }

    private static async Task<string> IdOfChangeAsync(StreamReader events)
    {
        while (await events.ReadLineAsync() is not "event: change")
        {
        }

        return (await events.ReadLineAsync())!;
    }

    private static string Events(Tenant tenant, string task) => $"/projects/{tenant.ProjectId}/tasks/{task}/events";

    private static async Task<(Tenant Tenant, string Task, PageClient Visitor)> SignedInAsync(TestSilo silo)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        return (tenant, await tenant.QueueAsync(), await PageClient.SignedInAsync(silo, tenant));
    }
}
