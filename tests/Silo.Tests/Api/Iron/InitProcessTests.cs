using System.Text.Json;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>B6: a code package says whether its program must be the first process of its container, and the runner is told.</summary>
public sealed class InitProcessTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Theory(Timeout = 60_000)]
    [InlineData(",\"init\":false", true)]
    [InlineData(",\"init\":\"0\"", true)]
    [InlineData(",\"init\":true", false)]
    [InlineData(",\"init\":null", false)]
    [InlineData(",\"init\":\"\"", false)]
    [InlineData("", false)]
    public async Task The_uploaded_setting_is_shown_and_sent_with_the_assignment(string member, bool noInit)
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var id = await tenant.UploadAsync($$"""{"name":"hello","image":"busybox"{{member}}}""");
        await tenant.QueueAsync();

        var order = await (await tenant.EnrolAsync(cluster)).ClaimOneAsync();

        Assert.Equal(noInit, order.NoInit);
        Assert.Equal(noInit, IsFalse(await tenant.CodeAsync(id)));
        var revisions = (await tenant.Api.GetAsync($"{tenant.Project}/codes/{id}/revisions")).Ok().GetProperty("revisions");
        Assert.Equal(noInit, IsFalse(Assert.Single(revisions.EnumerateArray())));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_task_keeps_what_held_when_it_was_queued()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync("""{"name":"hello","image":"busybox","init":false}""");
        await tenant.QueueAsync();
        await tenant.UploadAsync();

        Assert.True((await (await tenant.EnrolAsync(cluster)).ClaimOneAsync()).NoInit);
    }

    private static bool IsFalse(JsonElement code) =>
        code.TryGetProperty("init", out var init) && init.ValueKind == JsonValueKind.False;
}
