using System.Text.Json;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>The labels that code packages, tasks and schedules require of a runner.</summary>
public sealed class RequiredLabelTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Gpu = """{"name":"hello","image":"busybox","required_labels":["gpu"]}""";

    [Fact(Timeout = 30_000)]
    public async Task I15_a_task_goes_to_the_runner_that_has_the_labels_of_its_code_and_its_own()
    {
        var (tenant, cluster) = await ReadyAsync(Gpu);
        var plain = await tenant.EnrolAsync(cluster);
        var gpu = await tenant.EnrolLabelledAsync(cluster, "gpu");
        var here = await tenant.EnrolLabelledAsync(cluster, "zone=eu-1", "gpu", "gpu");
        var (waitsPlain, waitsGpu) = (plain.ClaimAsync(), gpu.ClaimAsync());
        await silo.WaitForPendingPollsAsync(2);

        var both = await tenant.QueueAsync("\"required_labels\":[\"zone=eu-1\",\"gpu\"]");
        Assert.Equal(both, (await here.ClaimOneAsync()).Lease.TaskId);
        var one = await tenant.QueueAsync();

        Assert.Equal(one, Assert.Single((await waitsGpu).Tasks).Lease.TaskId);
        await tenant.UploadAsync();
        var free = await tenant.QueueAsync();
        Assert.Equal(free, Assert.Single((await waitsPlain).Tasks).Lease.TaskId);
        Assert.Equal(["gpu", "zone=eu-1"], Texts(await tenant.TaskAsync(both), "required_labels"));
        Assert.False((await tenant.TaskAsync(free)).TryGetProperty("required_labels", out _));
    }

    [Fact(Timeout = 30_000)]
    public async Task Labels_that_a_code_requires_are_shown_and_count_for_tasks_queued_from_then_on()
    {
        var (tenant, cluster) = await ReadyAsync(Gpu);
        var before = await tenant.QueueAsync();
        var id = await tenant.UploadAsync("""{"name":"hello","image":"busybox","required_labels":"zone=eu-1,disk=ssd"}""");

        // Names are remembered for a moment.
        var after = await QueuedWithAsync(tenant, "disk=ssd");

        Assert.Equal(["disk=ssd", "zone=eu-1"], Texts(await tenant.CodeAsync(id), "required_labels"));
        var revisions = (await tenant.Api.GetAsync($"{tenant.Project}/codes/{id}/revisions")).Ok().GetProperty("revisions");
        Assert.Equal([["disk=ssd", "zone=eu-1"], ["gpu"]], revisions.EnumerateArray().Select(rev => Texts(rev, "required_labels")));
        Assert.Equal(["gpu"], Texts(await tenant.TaskAsync(before), "required_labels"));
        var ssd = await tenant.EnrolLabelledAsync(cluster, "disk=ssd", "zone=eu-1");
        Assert.Equal(after, (await ssd.ClaimOneAsync()).Lease.TaskId);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_that_no_runner_can_take_says_which_labels_are_missing_until_one_comes()
    {
        var (tenant, cluster) = await ReadyAsync(Gpu);
        await tenant.EnrolLabelledAsync(cluster, "zone=eu-1");
        var task = await tenant.QueueAsync("\"required_labels\":[\"zone=eu-1\"]");

        Assert.Equal(["gpu"], Texts(await tenant.TaskAsync(task), "missing_labels"));
        Assert.Equal(["gpu"], Texts(await ClusterAsync(tenant, cluster), "missing_labels"));
        Assert.Equal("queued", (await tenant.TaskAsync(task)).GetProperty("status").GetString());

        var runner = await tenant.EnrolLabelledAsync(cluster, "gpu", "zone=eu-1");
        Assert.False((await ClusterAsync(tenant, cluster)).TryGetProperty("missing_labels", out _));
        Assert.Equal(task, (await runner.ClaimOneAsync()).Lease.TaskId);
        Assert.False((await tenant.TaskAsync(task)).TryGetProperty("missing_labels", out _));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_retry_by_hand_requires_the_same()
    {
        var (tenant, cluster) = await ReadyAsync(Gpu);
        var runner = await tenant.EnrolLabelledAsync(cluster, "gpu");
        var task = await tenant.QueueAsync();
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "error", exitCode: 1);

        var retry = (await tenant.Api.PostAsync($"{tenant.Project}/tasks/{task}/retry", "{}")).Ok()
            .GetProperty("tasks")[0].GetProperty("id").GetString()!;

        Assert.Equal(["gpu"], Texts(await tenant.TaskAsync(retry), "required_labels"));
        Assert.Equal(retry, (await runner.ClaimOneAsync()).Lease.TaskId);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_schedules_tasks_require_what_it_asks_for_and_what_their_code_does()
    {
        var (tenant, _) = await ReadyAsync(Gpu);
        var id = (await tenant.Api.PostAsync(
            $"{tenant.Project}/schedules",
            """{"schedules":[{"code_name":"hello","payload":"x","required_labels":["zone=eu-1"],"start_at":"2999-01-01T00:00:00Z"}]}"""))
            .Ok().GetProperty("schedules")[0].GetProperty("id").GetString()!;
        var path = $"{tenant.Project}/schedules/{id}";

        var first = await RunAsync();
        Assert.Equal(["zone=eu-1"], Texts((await tenant.Api.GetAsync(path)).Ok(), "required_labels"));
        Assert.Equal(["gpu", "zone=eu-1"], Texts(await tenant.TaskAsync(first), "required_labels"));
        (await tenant.Api.SendAsync(HttpMethod.Put, path, ApiClient.Body("""{"required_labels":[]}"""u8.ToArray(), "application/json"))).Ok();
        Assert.Equal(["gpu"], Texts(await tenant.TaskAsync(await RunAsync()), "required_labels"));

        async Task<string> RunAsync() => (await tenant.Api.PostAsync($"{path}/run", "")).Ok()
            .GetProperty("tasks")[0].GetProperty("id").GetString()!;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("[\"GPU\"]")]
    [InlineData("[\"a b\"]")]
    [InlineData("[\"=x\"]")]
    [InlineData("[\"x=\"]")]
    [InlineData("[\"a=b=c\"]")]
    [InlineData("[\"gpu\",5]")]
    [InlineData("\"a'; DROP TABLE lanes;--\"")]
    [InlineData("{}")]
    public async Task I12_labels_that_can_t_be_are_rejected_in_words(string labels)
    {
        var (tenant, _) = await ReadyAsync();

        var task = await tenant.PostTasksAsync($$"""{"tasks":[{"code_name":"hello","required_labels":{{labels}}}]}""");
        using var form = new MultipartFormDataContent
        {
            { new StringContent($$"""{"name":"other","image":"busybox","required_labels":{{labels}}}"""), "data" },
        };
        var code = await tenant.Api.SendAsync(HttpMethod.Post, $"{tenant.Project}/codes", form);

        Assert.Equal((400, 400), (task.Status, code.Status));
        Assert.StartsWith("tasks[0].required_labels must be", task.Msg, StringComparison.Ordinal);
        Assert.StartsWith("required_labels must be", code.Msg, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task I12_thirty_two_labels_are_taken_and_one_more_is_not_also_when_code_and_task_share_them()
    {
        var (tenant, _) = await ReadyAsync(Gpu);
        string[] labels = [.. Enumerable.Range(0, 32).Select(i => $"n{i:00}=".PadRight(63, 'x'))];

        var refused = await tenant.PostTasksAsync(Tasks(labels));
        var taken = await tenant.PostTasksAsync(Tasks(labels[1..]));

        Assert.Equal((400, "tasks[0].required_labels: with those of the code package they are more than 32"), (refused.Status, refused.Msg));
        Assert.Equal(200, taken.Status);

        static string Tasks(string[] labels) =>
            $$"""{"tasks":[{"code_name":"hello","required_labels":{{JsonSerializer.Serialize(labels)}}}]}""";
    }

    [Fact(Timeout = 30_000)]
    public async Task A_webhook_names_labels_in_its_query()
    {
        var (tenant, cluster) = await ReadyAsync();
        var id = (await tenant.Api.PostAsync(
            $"{tenant.Project}/tasks/webhook?code_name=hello&required_labels=gpu,zone%3Deu-1", "{}")).Ok().GetProperty("id").GetString()!;

        Assert.Equal(["gpu", "zone=eu-1"], Texts(await tenant.TaskAsync(id), "required_labels"));
        Assert.Equal(id, (await (await tenant.EnrolLabelledAsync(cluster, "gpu", "zone=eu-1")).ClaimOneAsync()).Lease.TaskId);
    }

    private async Task<(Tenant Tenant, string Cluster)> ReadyAsync(string? code = null)
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await (code is null ? tenant.UploadAsync() : tenant.UploadAsync(code));
        return (tenant, cluster);
    }

    /// <summary>Queues until the newest revision is known; the first task that requires this label.</summary>
    private static async Task<string> QueuedWithAsync(Tenant tenant, string label)
    {
        while (true)
        {
            var id = await tenant.QueueAsync();
            if (Texts(await tenant.TaskAsync(id), "required_labels").Contains(label))
            {
                return id;
            }
        }
    }

    private static async Task<JsonElement> ClusterAsync(Tenant tenant, string cluster) =>
        (await tenant.Api.GetAsync($"/2/clusters/{cluster}")).Ok().GetProperty("cluster");

    private static string[] Texts(JsonElement thing, string name) => thing.TryGetProperty(name, out var array)
        ? [.. array.EnumerateArray().Select(text => text.GetString()!)]
        : [];
}
