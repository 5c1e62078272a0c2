using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clustering;

/// <summary>The dashboard that comes with Orleans.</summary>
public sealed class DashboardEndpointsTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Theory(Timeout = 60_000)]
    [InlineData("/orleans")]
    [InlineData("/orleans/")]
    [InlineData("/orleans/index.min.js")]
    [InlineData("/orleans/DashboardCounters")]
    [InlineData("/orleans/GrainState")]
    [InlineData("/orleans/Trace")]
    public async Task They_are_for_operators_and_401_for_everybody_else(string path)
    {
        var tenant = await silo.NewTenantAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        Assert.Equal(401, (await tenant.Api.WithToken(null).GetAsync(path)).Status);
        Assert.Equal(401, (await tenant.Api.GetAsync(path)).Status);
        Assert.Equal(401, (await visitor.GetAsync(path)).Status);
        Assert.Equal(401, (await tenant.Api.WithToken(null).GetAsync($"{path}?oauth={await OperatorsTokenAsync()}")).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_operator_sees_them_with_a_token_and_signed_in()
    {
        var tenant = await OperatorAsync();
        await tenant.NewClusterAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);
        await visitor.GetAsync("/clusters");

        var page = await visitor.GetAsync("/orleans/");

        Assert.Equal(200, page.Status);
        Assert.Contains("frame-ancestors 'none'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("Orleans Dashboard", page.Text, StringComparison.Ordinal);
        var counters = await tenant.Api.GetAsync("/orleans/DashboardCounters");
        Assert.Equal(200, counters.Status);
        Assert.Contains("simpleGrainStats", counters.Body, StringComparison.Ordinal);
        Assert.Equal(403, (await tenant.Api.GetAsync("/orleans/Trace")).Status);
    }

    private async Task<string> OperatorsTokenAsync() => (await OperatorAsync()).Api.Token;

    private async Task<Tenant> OperatorAsync()
    {
        var tenant = await silo.NewTenantAsync();
        Assert.True(await silo.Get<IProjectStore>().SetOperatorAsync(tenant.UserId, true, default));
        return tenant;
    }
}
