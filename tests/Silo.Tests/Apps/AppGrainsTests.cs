using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Abstractions.Apps;
using OrleansHybrid.Silo.Streaming;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <summary>The grains for apps, called as they are, without the client over them.</summary>
public sealed class AppGrainsTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private static readonly EnqueueTaskRequest Hello = new() { CodeName = "hello", Payload = "world", Label = "a label" };

    private IGrainFactory Grains => silo.Get<IGrainFactory>();

    [Fact(Timeout = 60_000)]
    public async Task A_task_is_queued_found_and_cancelled()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var queued = Assert.Single((await ProjectOf(tenant).Enqueue(tenant.Api.Token, [Hello])).Value!);
        var task = Grains.GetGrain<ITaskGrain>(queued.Id);
        var found = (await task.Find(tenant.Api.Token, tenant.ProjectId)).Value!;
        var rejection = await task.Cancel(tenant.Api.Token, tenant.ProjectId);

        Assert.Equal((queued.Id, "queued", "world", "a label"), (found.Id, found.Status, found.Payload, found.Label));
        Assert.Null(rejection);
        Assert.Equal("cancelled", (await task.Find(tenant.Api.Token, tenant.ProjectId)).Value!.Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_log_that_is_followed_ends_with_its_attempt()
    {
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        await tenant.UploadAsync();
        var id = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        await runner.LogAsync(lease, 0, "one\n");
        await using var log = Grains.GetGrain<ITaskGrain>(id).ReadLog(tenant.Api.Token, tenant.ProjectId, 0, follow: true).GetAsyncEnumerator();

        Assert.True(await log.MoveNextAsync());
        var first = log.Current.Value!;
        var next = log.MoveNextAsync();
        await runner.LogAsync(lease, 4, "two\n");
        Assert.True(await next);
        var second = log.Current.Value!;
        var end = log.MoveNextAsync();
        await runner.FinishAsync(lease, "complete", exitCode: 0);

        Assert.False(await end);
        Assert.Equal((1, 0L, "one\n"), (first.Attempt, first.Offset, Encoding.UTF8.GetString(first.Data)));
        Assert.Equal((1, 4L, "two\n"), (second.Attempt, second.Offset, Encoding.UTF8.GetString(second.Data)));
    }

    [Fact(Timeout = 60_000)]
    public async Task V6_a_log_that_is_followed_counts_among_the_streams_of_its_user()
    {
        await using var own = await TestSilo.StartAsync(configure: builder => builder.Services.AddSingleton(new StreamLimiter(maxPerUser: 2, maxTotal: 3)));
        var (tenant, task, first) = await FollowAsync(own);
        var (other, theirs, another) = await FollowAsync(own);
        using var events = await ServerSentEventReader.OpenAsync(own.Address, tenant, task);
        await events.NextAsync("status");
        var grains = own.Get<IGrainFactory>();

        var third = await ReadOneAsync(grains, tenant, task, follow: true);
        var byApi = await tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/events");
        var full = await ReadOneAsync(grains, other, theirs, follow: true);
        var fullByApi = await other.Api.GetAsync($"{other.Project}/tasks/{theirs}/events");
        var read = await ReadOneAsync(grains, tenant, task, follow: false);
        await first.DisposeAsync();
        var freed = await ReadOneAsync(grains, other, theirs, follow: true);
        await another.DisposeAsync();

        Assert.Equal((403, byApi.Msg), (third.Rejection!.Status, third.Rejection.Message));
        Assert.Equal((503, fullByApi.Msg), (full.Rejection!.Status, full.Rejection.Message));
        Assert.All([read, freed], result => Assert.Equal("one\n", Encoding.UTF8.GetString(result.Value!.Data)));
        Assert.Equal((1, 0), (own.Get<StreamLimiter>().CountOf(tenant.UserId), own.Get<StreamLimiter>().CountOf(other.UserId)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cluster_is_read_with_its_runners_and_their_free_slots()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolAsync(cluster, slots: 3);
        await tenant.UploadAsync();
        await tenant.QueueAsync();
        await runner.ClaimOneAsync();

        var read = (await Grains.GetGrain<IClusterGrain>(cluster).Read(tenant.Api.Token)).Value!;

        var shown = Assert.Single(read.Runners);
        Assert.Equal((cluster, 3, 2), (read.Id, read.Slots, read.FreeSlots));
        Assert.Equal((runner.Enrolled.SessionId, 3, 2), (shown.Id, shown.Slots, shown.FreeSlots));
    }

    [Fact(Timeout = 60_000)]
    public async Task I9_what_is_others_is_not_there()
    {
        var (mine, others) = (await silo.NewTenantAsync(), await silo.NewTenantAsync());
        var (cluster, id) = (await others.NewClusterAsync(), "");
        await others.UploadAsync();
        id = await others.QueueAsync();
        var (token, task) = (mine.Api.Token, Grains.GetGrain<ITaskGrain>(id));

        AppRejection?[] rejections =
        [
            (await task.Find(token, others.ProjectId)).Rejection, (await task.Find(token, mine.ProjectId)).Rejection,
            await task.Cancel(token, mine.ProjectId), (await Grains.GetGrain<IClusterGrain>(cluster).Read(token)).Rejection,
        ];

        Assert.Equal(
            [(404, "Project not found"), (404, "Task not found"), (404, "Task not found"), (404, "Cluster not found")],
            rejections.Select(rejection => (rejection!.Status, rejection.Message)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_is_rejected_in_the_words_of_HTTPS()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        EnqueueTaskRequest[][] wrong = [[], [null!], [Hello with { CodeName = null! }], [Hello, Hello with { DelaySeconds = -1 }], [Hello with { Cluster = "none" }]];
        string[] bodies =
        [
            """{"tasks":[]}""", """{"tasks":[null]}""", """{"tasks":[{"payload":"world"}]}""",
            """{"tasks":[{"code_name":"hello"},{"code_name":"hello","delay":-1}]}""", """{"tasks":[{"code_name":"hello","cluster":"none"}]}""",
        ];

        foreach (var (request, body) in wrong.Zip(bodies))
        {
            var rejection = (await ProjectOf(tenant).Enqueue(tenant.Api.Token, request)).Rejection!;
            var response = await tenant.PostTasksAsync(body);

            Assert.Equal((response.Status, response.Msg), (rejection.Status, rejection.Message));
        }

        Assert.Empty(await tenant.ListAsync());
    }

    /// <summary>A new tenant's running task, and its log with one line that was read and more to come.</summary>
    private static async Task<(Tenant Tenant, string Task, IAsyncEnumerator<AppResult<TaskLogChunk>> Log)> FollowAsync(TestSilo silo)
    {
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        await tenant.UploadAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        await runner.LogAsync(lease, 0, "one\n");
        var log = silo.Get<IGrainFactory>().GetGrain<ITaskGrain>(task).ReadLog(tenant.Api.Token, tenant.ProjectId, 0, follow: true).GetAsyncEnumerator();
        Assert.True(await log.MoveNextAsync());
        return (tenant, task, log);
    }

    private static async Task<AppResult<TaskLogChunk>> ReadOneAsync(IGrainFactory grains, Tenant tenant, string task, bool follow)
    {
        await using var log = grains.GetGrain<ITaskGrain>(task).ReadLog(tenant.Api.Token, tenant.ProjectId, 0, follow).GetAsyncEnumerator();
        Assert.True(await log.MoveNextAsync());
        return log.Current;
    }

    private IProjectGrain ProjectOf(Tenant tenant) => Grains.GetGrain<IProjectGrain>(tenant.ProjectId);
}
