using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.HealthChecks;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.HealthChecks;

/// <summary>The answer of <c>/readyz</c> to each check.</summary>
public sealed class HealthCheckExtensionsTests
{
    private static readonly HttpClient Http = new();

    [Fact(Timeout = 60_000)]
    public async Task Ready_means_that_database_membership_and_disk_were_asked()
    {
        await using var silo = await TestSilo.StartAsync();

        var report = await silo.Get<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(["database", "membership", "disk"], report.Entries.Keys);
        Assert.All(report.Entries.Values, entry => Assert.Equal(HealthStatus.Healthy, entry.Status));
        Assert.Equal((HttpStatusCode.OK, "ready"), await AskAsync(silo));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1L << 20, null, 503, "disk full")]
    [InlineData(1L << 20, "Host=db", 200, "ready\ndisk: little room is left in the data folder")]
    [InlineData(64L << 20, null, 200, "ready\ndisk: little room is left in the data folder")]
    [InlineData(1L << 40, null, 200, "ready")]
    public async Task A_full_disk_is_said(long free, string? database, int status, string text)
    {
        var disk = new DiskHealthCheck(new StoreOptions { DataDirectory = "/", Database = database }) { ReadFreeBytes = _ => free };
        await using var silo = await StartAsync("disk", disk);

        Assert.Equal(((HttpStatusCode)status, text), await AskAsync(silo));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_check_that_throws_is_named_without_its_message()
    {
        await using var silo = await StartAsync("membership", new BrokenCheck());

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "membership check failed"), await AskAsync(silo));
    }

    private static Task<TestSilo> StartAsync(string name, IHealthCheck check) => TestSilo.StartAsync(
        builder => builder.Services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            var old = options.Registrations.Single(registration => registration.Name == name);
            options.Registrations.Remove(old);
            options.Registrations.Add(new HealthCheckRegistration(name, check, failureStatus: null, tags: null));
        }));

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(TestSilo silo)
    {
        using var answer = await Http.GetAsync(new Uri(silo.Address, "/readyz"));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private sealed class BrokenCheck : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("password=1234");
    }
}
