using OrleansHybrid.Silo.Tests.Api.Iron.Schedules;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>I9, S4: what belongs to others looks exactly like what never was.</summary>
public sealed class TenantIsolationTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Random = "0123456789abcdef01234567";

    public static TheoryData<string, string> Calls() => new()
    {
        { "GET", "/2/projects/{project}" },
        { "GET", "/2/projects/{project}/codes" },
        { "POST", "/2/projects/{project}/codes" },
        { "GET", "/2/projects/{project}/codes/{code}" },
        { "GET", "/2/projects/{project}/tasks" },
        { "POST", "/2/projects/{project}/tasks" },
        { "GET", "/2/projects/{project}/tasks/{task}" },
        { "GET", "/2/projects/{project}/tasks/{task}/log" },
        { "POST", "/2/projects/{project}/tasks/{task}/cancel" },
        { "POST", "/2/projects/{project}/tasks/{task}/retry" },
        { "GET", "/2/projects/{project}/schedules" },
        { "POST", "/2/projects/{project}/schedules" },
        { "GET", "/2/projects/{project}/schedules/{schedule}" },
        { "PUT", "/2/projects/{project}/schedules/{schedule}" },
        { "GET", "/2/projects/{project}/schedules/{schedule}/runs" },
        { "POST", "/2/projects/{project}/schedules/{schedule}/cancel" },
        { "POST", "/2/projects/{project}/schedules/{schedule}/pause" },
        { "POST", "/2/projects/{project}/schedules/{schedule}/resume" },
        { "POST", "/2/projects/{project}/schedules/{schedule}/run" },
        { "GET", "/2/projects/{mine}/schedules/{schedule}" },
        { "PUT", "/2/projects/{mine}/schedules/{schedule}" },
        { "GET", "/2/projects/{mine}/schedules/{schedule}/runs" },
        { "POST", "/2/projects/{mine}/schedules/{schedule}/cancel" },
        { "POST", "/2/projects/{mine}/schedules/{schedule}/pause" },
        { "POST", "/2/projects/{mine}/schedules/{schedule}/resume" },
        { "POST", "/2/projects/{mine}/schedules/{schedule}/run" },
        { "GET", "/2/projects/{mine}/codes/{code}" },
        { "GET", "/2/projects/{mine}/tasks/{task}" },
        { "GET", "/2/projects/{mine}/tasks/{task}/log" },
        { "POST", "/2/projects/{mine}/tasks/{task}/cancel" },
        { "POST", "/2/projects/{mine}/tasks/{task}/retry" },
        { "GET", "/2/clusters/{cluster}" },
        { "GET", "/2/clusters/{cluster}/stats" },
        { "GET", "/2/clusters/{cluster}/credentials" },
        { "PUT", "/2/clusters/{cluster}" },
        { "DELETE", "/2/clusters/{cluster}" },
        { "GET", "/2/clusters/{cluster}/tokens" },
        { "POST", "/2/clusters/{cluster}/tokens" },
        { "DELETE", "/2/clusters/{cluster}/tokens/{task}" },
        { "POST", "/2/clusters/{cluster}/share" },
        { "POST", "/2/clusters/{cluster}/unshare/{task}" },
        { "POST", "/2/clusters/{cluster}/terminate" },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Calls))]
    public async Task Foreign_ids_answer_like_random_and_malformed_ones(string method, string path)
    {
        var mine = await (await silo.NewTenantAsync()).ReadyAsync();
        var other = await silo.NewTenantAsync();
        var cluster = await other.NewClusterAsync();
        var code = await other.UploadAsync();
        var task = await other.QueueAsync();
        var schedule = await other.ScheduleAsync();

        var foreign = await CallAsync(other.ProjectId, code, task, cluster, schedule);
        var random = await CallAsync(Random, Random, Random, Random, Random);
        var malformed = await CallAsync("x", "x", "x", "x", "x");

        Assert.Equal(404, foreign.Status);
        Assert.Equal((random.Status, random.Body, random.Type), (foreign.Status, foreign.Body, foreign.Type));
        Assert.Equal((malformed.Status, malformed.Body), (foreign.Status, foreign.Body));
        Assert.Equal("queued", (await other.TaskAsync(task)).GetProperty("status").GetString());
        Assert.Equal("scheduled", await other.StatusAsync(schedule));

        Task<ApiResponse> CallAsync(string projectId, string codeId, string taskId, string clusterId, string scheduleId)
        {
            var concrete = path.Replace("{project}", projectId).Replace("{mine}", mine.ProjectId)
                .Replace("{code}", codeId).Replace("{task}", taskId).Replace("{cluster}", clusterId)
                .Replace("{schedule}", scheduleId);
            return mine.Api.SendAsync(new HttpMethod(method), concrete, null);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Lists_show_only_what_is_the_callers()
    {
        var mine = await (await silo.NewTenantAsync()).ReadyAsync();
        var other = await (await silo.NewTenantAsync()).ReadyAsync();
        await other.QueueAsync();

        Assert.Equal(1, (await mine.Api.GetAsync("/2/projects")).Ok().GetProperty("projects").GetArrayLength());
        Assert.Equal(1, (await mine.Api.GetAsync("/2/clusters")).Ok().GetProperty("clusters").GetArrayLength());
        Assert.Equal(1, (await mine.Api.GetAsync($"{mine.Project}/codes")).Ok().GetProperty("codes").GetArrayLength());
        Assert.Empty(await mine.ListAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_foreign_cluster_can_be_named_by_nobody_else()
    {
        var mine = await (await silo.NewTenantAsync()).ReadyAsync();
        var other = await silo.NewTenantAsync();
        var cluster = await other.NewClusterAsync();

        var foreign = await mine.PostTasksAsync($$"""{"tasks":[{"code_name":"hello","cluster":"{{cluster}}"}]}""");

        Assert.Equal(404, foreign.Status);
        Assert.Empty(await mine.ListAsync($"cluster={cluster}"));
    }
}
