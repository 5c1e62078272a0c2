using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests;

/// <summary>The answers to callers between the command to stop and the stop.</summary>
public sealed class GracefulShutdownServiceTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_silo_that_leaves_ends_polls_and_says_so_but_serves_and_closes_connections()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.Services.Configure<ServerOptions>(server => server.ShutdownDelay = TimeSpan.FromMinutes(5)));
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        var poll = runner.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);
        using var client = new HttpClient { BaseAddress = silo.Address };
        using var before = await client.GetAsync(new Uri("/readyz", UriKind.Relative));
        using var hurry = new CancellationTokenSource();

        var stopping = silo.App.StopAsync(hurry.Token);

        Assert.Empty((await poll).Tasks);
        using var ready = await client.GetAsync(new Uri("/readyz", UriKind.Relative));
        using var served = await client.GetAsync(new Uri("/version", UriKind.Relative));
        Assert.False(stopping.IsCompleted);
        Assert.Equal((HttpStatusCode.OK, null), (before.StatusCode, before.Headers.ConnectionClose));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (ready.StatusCode, ready.Headers.ConnectionClose));
        Assert.Equal((HttpStatusCode.OK, true), (served.StatusCode, served.Headers.ConnectionClose));
        Assert.Empty((await runner.ClaimAsync()).Tasks);

        await hurry.CancelAsync();
        await Record.ExceptionAsync(() => stopping);
    }
}
