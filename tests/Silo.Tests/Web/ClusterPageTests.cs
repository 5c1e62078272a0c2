using System.Text.RegularExpressions;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>The list of clusters, a new one, and the page of one.</summary>
public sealed class ClusterPageTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task A_new_clusters_token_and_line_are_shown_once_and_a_reload_makes_no_other()
    {
        var tenant = await silo.NewTenantAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        var created = await visitor.PostAsync("/clusters", ("name", " site "));
        var page = await visitor.GetAsync(created.Location!);
        var reloaded = await visitor.GetAsync(created.Location!);

        var id = created.Location!.Split('/')[^1];
        var token = await tenant.ClusterTokenAsync(id);
        Assert.Equal(303, created.Status);
        Assert.Contains(
            $"docker run -d --restart unless-stopped -v /var/run/docker.sock:/var/run/docker.sock --network host "
            + $"-e CLUSTER_ID={id} -e CLUSTER_TOKEN={token} orleans-hybrid/runner",
            page.Text,
            StringComparison.Ordinal);
        Assert.DoesNotContain(token, reloaded.Text, StringComparison.Ordinal);
        Assert.Equal(1, (await tenant.Api.GetAsync("/2/clusters")).Ok().GetProperty("clusters").GetArrayLength());
    }

    [Fact(Timeout = 30_000)]
    public async Task The_cookie_of_one_new_cluster_shows_no_other_clusters_token()
    {
        var tenant = await silo.NewTenantAsync();
        var other = await tenant.NewClusterAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);
        await visitor.PostAsync("/clusters", ("name", "second"));
        Assert.Contains("hybrid-new-cluster", visitor.Cookies.Keys);

        var page = await visitor.GetAsync($"/clusters/{other}");

        Assert.DoesNotContain(await tenant.ClusterTokenAsync(other), page.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task B12_A_name_that_one_of_the_clusters_has_is_rejected_with_a_sentence()
    {
        var tenant = await silo.NewTenantAsync();
        await tenant.NewClusterAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        var answer = await visitor.PostAsync("/clusters", ("name", "site"));

        Assert.Equal(400, answer.Status);
        Assert.Contains("You have a cluster named site already", answer.Text, StringComparison.Ordinal);
        Assert.Equal(1, (await tenant.Api.GetAsync("/2/clusters")).Ok().GetProperty("clusters").GetArrayLength());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    public async Task I12_a_cluster_needs_a_good_name(string name)
    {
        var tenant = await silo.NewTenantAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        Assert.Equal(400, (await visitor.PostAsync("/clusters", ("name", name))).Status);
        Assert.Equal(400, (await visitor.PostAsync("/clusters", ("name", new string('x', 513)))).Status);
        Assert.Equal(0, (await tenant.Api.GetAsync("/2/clusters")).Ok().GetProperty("clusters").GetArrayLength());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_page_hears_when_the_first_runner_connects()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        await tenant.QueueAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);
        var before = await visitor.GetAsync($"/clusters/{cluster}");
        var path = Regex.Match(before.Body, "data-events=\"([^\"]+)\"").Groups[1].Value;
        using var events = await visitor.OpenEventStreamAsync(path);

        await tenant.EnrolAsync(cluster, slots: 3);
        string? line;
        do
        {
            line = await events.ReadLineAsync();
        }
        while (line is not (null or "event: change"));

        Assert.NotNull(line);
        Assert.Contains("Waiting for a runner", before.Text, StringComparison.Ordinal);
        var after = await visitor.GetAsync($"/clusters/{cluster}");
        Assert.Contains("✓ connected", after.Text, StringComparison.Ordinal);
        Assert.Contains("0 of 3 slots", after.Text, StringComparison.Ordinal);
        var list = await visitor.GetAsync("/clusters");
        Assert.Contains("1 connected", list.Text, StringComparison.Ordinal);
        Assert.Contains("1 waiting, 0 running", list.Text, StringComparison.Ordinal);
    }
}
