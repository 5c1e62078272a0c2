using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>The operators who may ask about a launcher, and where there is one.</summary>
public sealed class OperatorAuthorizationTests(LauncherAdminFixture silo) : IClassFixture<LauncherAdminFixture>
{
    private const string UnknownId = "0123456789abcdef01234567";

    public static TheoryData<string, string> Calls() => new()
    {
        { "GET", "" },
        { "GET", "/runs" },
        { "GET", $"/runs/{UnknownId}" },
        { "GET", $"/runs/{UnknownId}/log" },
        { "POST", $"/runs/{UnknownId}/cancel" },
        { "GET", "/audit" },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Calls))]
    public async Task Only_operators_are_let_in(string method, string path)
    {
        var boss = await silo.NewOperatorAsync();
        var user = await silo.Silo.NewTenantAsync();
        var call = (ApiClient api, string query) => api.SendAsync(new HttpMethod(method), $"/launcher/v1{path}{query}", null);

        Assert.Equal(401, (await call(boss.Api.WithToken(null), "")).Status);
        Assert.Equal(401, (await call(user.Api, "")).Status);
        Assert.Equal(401, (await call(boss.Api.WithToken(null), $"?oauth={boss.Api.Token}")).Status);
        Assert.Equal(path.Contains(UnknownId, StringComparison.Ordinal) ? 404 : 200, (await call(boss.Api, "")).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_session_may_read_and_not_command()
    {
        var boss = await silo.NewOperatorAsync();
        var launch = await silo.LaunchAsync(1);
        using var visitor = await PageClient.SignedInAsync(silo.Silo, boss);

        Assert.Equal(200, (await visitor.GetAsync($"/launcher/v1/runs/{launch.Id}")).Status);
        Assert.Equal(401, (await visitor.PostAsync($"/launcher/v1/runs/{launch.Id}/cancel", [])).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_silo_without_a_launcher_says_so_to_operators_only()
    {
        await using var without = await TestSilo.StartAsync();
        var boss = await without.NewTenantAsync();
        Assert.True(await without.Get<IProjectStore>().SetOperatorAsync(boss.UserId, true, default));

        var answer = await boss.Api.GetAsync("/launcher/v1");

        Assert.Equal(404, answer.Status);
        Assert.Contains("has no launcher", answer.Msg, StringComparison.Ordinal);
        Assert.Equal(401, (await (await without.NewTenantAsync()).Api.GetAsync("/launcher/v1")).Status);
    }
}
