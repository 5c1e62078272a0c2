using System.Text.RegularExpressions;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>Labels on the pages, and the commands to runners there.</summary>
public sealed class RunnerCommandFormTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task A_runner_is_paused_resumed_and_drained_from_its_clusters_page()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolLabelledAsync(cluster, "zone=eu-1", "gpu");
        var path = $"/clusters/{cluster}/runners/{runner.Enrolled.SessionId}";
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        var before = await visitor.GetAsync($"/clusters/{cluster}");
        Assert.Contains("labels gpu, zone=eu-1", before.Text, StringComparison.Ordinal);
        Assert.Equal([$"{path}/pause", $"{path}/drain"], Commands(before));

        var answer = await visitor.PostAsync($"{path}/pause");
        Assert.Equal((303, $"/clusters/{cluster}"), (answer.Status, answer.Location));
        var paused = await visitor.GetAsync($"/clusters/{cluster}");
        Assert.Contains("paused: keeps what it has and takes nothing", paused.Text, StringComparison.Ordinal);
        Assert.Equal([$"{path}/resume", $"{path}/drain"], Commands(paused));

        await visitor.PostAsync($"{path}/resume");
        Assert.Equal([$"{path}/pause", $"{path}/drain"], Commands(await visitor.GetAsync($"/clusters/{cluster}")));

        await visitor.PostAsync($"{path}/drain");
        var draining = await visitor.GetAsync($"/clusters/{cluster}");
        Assert.Contains("finishes what it has and takes no more", draining.Text, StringComparison.Ordinal);
        Assert.Empty(Commands(draining));
        Assert.True((await runner.ClaimAsync()).Drain);
        Assert.Equal(409, (await visitor.PostAsync($"{path}/resume")).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task I9_only_its_owner_commands_a_runner_and_only_with_the_form()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var path = $"/clusters/{cluster}/runners/{runner.Enrolled.SessionId}/pause";
        using var stranger = await PageClient.SignedInAsync(silo, await silo.NewTenantAsync());
        using var owner = await PageClient.SignedInAsync(silo, tenant);

        Assert.Equal(404, (await stranger.PostAsync(path)).Status);
        Assert.Equal(404, (await owner.PostAsync($"/clusters/{cluster}/runners/0123456789abcdef01234567/pause")).Status);
        owner.FormToken = "forged";
        Assert.InRange((await owner.PostAsync(path)).Status, 400, 403);

        owner.FormToken = "";
        Assert.Contains("/pause", string.Join(' ', Commands(await owner.GetAsync($"/clusters/{cluster}"))), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Task_and_cluster_say_which_labels_no_runner_has()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync("""{"name":"hello","image":"busybox","required_labels":["gpu"]}""");
        var task = await tenant.QueueAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        var page = await visitor.GetAsync($"/projects/{tenant.ProjectId}/tasks/{task}");
        Assert.Contains("a runner with <b>gpu</b>: this cluster has none", page.Text, StringComparison.Ordinal);
        var site = await visitor.GetAsync($"/clusters/{cluster}");
        Assert.Contains("Tasks wait for a runner with <b>gpu</b>", site.Text, StringComparison.Ordinal);

        await tenant.EnrolLabelledAsync(cluster, "gpu");
        Assert.DoesNotContain(
            "Tasks wait for a runner with", (await visitor.GetAsync($"/clusters/{cluster}")).Text, StringComparison.Ordinal);
    }

    private static string[] Commands(PageResponse page) =>
        [.. Regex.Matches(page.Body, "action=\"(/clusters/[^\"]+/runners/[^\"]+)\"").Select(match => match.Groups[1].Value)];
}
