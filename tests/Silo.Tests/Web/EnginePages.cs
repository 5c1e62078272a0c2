using Orleans.Hybrid.Domain.Projects;
using Orleans.Hybrid.Silo.Engines;
using Orleans.Hybrid.Silo.Tests.Support;

namespace Orleans.Hybrid.Silo.Tests.Web;

/// <summary>The grain engine's own pages: the dashboard that comes with Orleans, or what the engine for one process counts.</summary>
public sealed class EnginePages(TestSilo silo) : IClassFixture<TestSilo>
{
    private static readonly bool OnOrleans = GrainEngineSetup.Name == "Orleans";

    public static TheoryData<string> Paths() => OnOrleans
        ? ["/orleans", "/orleans/", "/orleans/index.min.js", "/orleans/DashboardCounters", "/orleans/GrainState", "/orleans/Trace"]
        : ["/orleans", "/orleans/"];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Paths))]
    public async Task They_are_for_operators_and_401_for_everybody_else(string path)
    {
        var tenant = await silo.NewTenantAsync();
        using var visitor = await Visitor.SignedInAsync(silo, tenant);

        Assert.Equal(401, (await tenant.Api.With(null).GetAsync(path)).Status);
        Assert.Equal(401, (await tenant.Api.GetAsync(path)).Status);
        Assert.Equal(401, (await visitor.GetAsync(path)).Status);
        Assert.Equal(401, (await tenant.Api.With(null).GetAsync($"{path}?oauth={await OperatorsTokenAsync()}")).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_operator_sees_them_with_a_token_and_signed_in()
    {
        var tenant = await OperatorAsync();
        await tenant.NewClusterAsync();
        using var visitor = await Visitor.SignedInAsync(silo, tenant);
        await visitor.GetAsync("/clusters");

        var page = await visitor.GetAsync("/orleans/");

        Assert.Equal(200, page.Status);
        Assert.Contains("frame-ancestors 'none'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains(OnOrleans ? "Orleans Dashboard" : "-p:GrainEngine=Orleans", page.Text, StringComparison.Ordinal);
        var counters = await tenant.Api.GetAsync(OnOrleans ? "/orleans/DashboardCounters" : "/orleans");
        Assert.Equal(200, counters.Status);
        Assert.Contains(OnOrleans ? "simpleGrainStats" : "ClusterGrain", counters.Body, StringComparison.Ordinal);
        if (OnOrleans)
        {
            Assert.Equal(403, (await tenant.Api.GetAsync("/orleans/Trace")).Status);
        }
    }

    private async Task<string> OperatorsTokenAsync() => (await OperatorAsync()).Api.Token;

    private async Task<Tenant> OperatorAsync()
    {
        var tenant = await silo.NewTenantAsync();
        Assert.True(await silo.Get<IProjectStore>().SetOperatorAsync(tenant.UserId, true, default));
        return tenant;
    }
}
