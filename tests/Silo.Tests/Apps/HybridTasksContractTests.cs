using System.IO.Pipelines;
using System.Net;
using System.Text;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <summary>The contract of <see cref="IHybridTasks"/>, whichever way it reaches the control plane.</summary>
public abstract partial class HybridTasksContractTests(HybridTasksFixture way)
{
    private static readonly NewTask Hello = new() { CodeName = "hello" };

    private protected TestSilo Silo => way.Silo;

    [StoreFact]
    public async Task A_batch_is_queued_in_order()
    {
        var (tasks, runner) = await WithRunnerAsync();

        var ids = await tasks.EnqueueAsync([.. Enumerable.Range(0, 10).Select(i => Hello with { Payload = $"{i}" })]);
        var claimed = (await runner.ClaimAsync(10)).Tasks;

        Assert.Equal(ids, claimed.Select(order => order.Lease.TaskId));
        Assert.Equal("0123456789", string.Concat(claimed.Select(order => Encoding.UTF8.GetString(order.Payload))));
    }

    [StoreFact]
    public async Task An_unknown_code_is_named_and_nothing_of_its_batch_is_queued()
    {
        var tenant = await (await Silo.NewTenantAsync()).ReadyAsync();
        var tasks = await OpenAsync(tenant);

        var refused = await ThrowsAsync(() => tasks.EnqueueAsync([Hello, Hello with { CodeName = "bye" }]));

        Assert.Equal((HttpStatusCode.NotFound, false), (refused.Status, refused.IsTransient));
        Assert.Equal("tasks[1].code_name: this project has no code package bye", refused.ServerMessage);
        Assert.Empty(await tenant.ListAsync());
    }

    [StoreFact]
    public async Task I12_a_payload_over_the_limit_is_rejected()
    {
        var tasks = await OpenAsync(await (await Silo.NewTenantAsync()).ReadyAsync());

        var refused = await ThrowsAsync(() => tasks.EnqueueAsync(Hello with { Payload = new string('x', 65_537) }));

        Assert.Equal(
            (HttpStatusCode.BadRequest, "tasks[0].payload must be at most 65536 bytes long, as sent"),
            (refused.Status, refused.ServerMessage));
    }

    [StoreFact]
    public async Task An_empty_batch_is_rejected()
    {
        var tasks = await OpenAsync(await (await Silo.NewTenantAsync()).ReadyAsync());

        var refused = await ThrowsAsync(() => tasks.EnqueueAsync([]));

        Assert.Equal("tasks must have at least one entry", refused.ServerMessage);
    }

    [StoreFact]
    public async Task Waiting_ends_with_the_outcome()
    {
        var (tasks, runner) = await WithRunnerAsync();
        var id = await tasks.EnqueueAsync(Hello);

        var waiting = tasks.WaitAsync(id);
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "error", "it broke", exitCode: 3);

        var ended = await waiting;
        Assert.Equal((id, "error", "it broke", 3), (ended.Id, ended.Status, ended.Msg, ended.ExitCode));
    }

    [StoreFact]
    public async Task Cancelling_a_wait_leaves_the_task_alone()
    {
        var tasks = await OpenAsync(await (await Silo.NewTenantAsync()).ReadyAsync());
        var id = await tasks.EnqueueAsync(Hello);
        using var leave = new CancellationTokenSource();

        var waiting = tasks.WaitAsync(id, leave.Token);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal("queued", (await tasks.GetAsync(id)).Status);
    }

    [StoreFact]
    public async Task A_log_that_is_followed_comes_while_it_is_written_and_each_byte_once()
    {
        var (tasks, runner) = await WithRunnerAsync();
        var id = await tasks.EnqueueAsync(Hello);
        var lease = (await runner.ClaimOneAsync()).Lease;
        var pipe = new Pipe();
        var seen = pipe.Reader.AsStream();

        var following = tasks.FollowLogAsync(id, pipe.Writer.AsStream());
        await runner.HeartbeatAsync(lease, "running");
        await runner.LogAsync(lease, 0, "one\n");
        var first = await TextAsync(seen, 4);
        await runner.LogAsync(lease, 4, "zwei ü\n");
        var second = await TextAsync(seen, 8);
        await runner.FinishAsync(lease, "complete", exitCode: 0);
        await following;
        await pipe.Writer.CompleteAsync();

        Assert.Equal(("one\n", "zwei ü\n"), (first, second));
        Assert.Equal(0, await seen.ReadAsync(new byte[1]));
    }

    [StoreFact]
    public async Task A_long_log_comes_whole()
    {
        var (tasks, runner) = await WithRunnerAsync();
        var id = await tasks.EnqueueAsync(Hello);
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        var piece = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i:d9}\n"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await runner.LogAsync(lease, (long)i * piece.Length, piece)).Status);
        }

        using var copy = new MemoryStream();
        await tasks.CopyLogAsync(id, copy);

        Assert.Equal(piece + piece + piece, Encoding.UTF8.GetString(copy.ToArray()));
    }

    [StoreFact]
    public async Task Before_the_start_there_is_no_log()
    {
        var tasks = await OpenAsync(await (await Silo.NewTenantAsync()).ReadyAsync());
        var id = await tasks.EnqueueAsync(Hello);

        var refused = await ThrowsAsync(() => tasks.CopyLogAsync(id, Stream.Null));

        Assert.Equal(
            (HttpStatusCode.NotFound, "There is no log yet: the task has not started"), (refused.Status, refused.ServerMessage));
    }

    [StoreFact]
    public async Task Cancelling_ends_a_task_and_reaches_its_runner()
    {
        var (tasks, runner) = await WithRunnerAsync();
        var id = await tasks.EnqueueAsync(Hello);
        var lease = (await runner.ClaimOneAsync()).Lease;

        await tasks.CancelAsync(id);
        await tasks.CancelAsync(id);

        Assert.Equal("cancelled", (await tasks.WaitAsync(id)).Status);
        Assert.Equal("stop", Assert.Single((await runner.HeartbeatAsync(lease, "running")).Leases).Status);
    }

    [StoreFact]
    public async Task I9_tasks_of_others_are_not_there()
    {
        var tasks = await OpenAsync(await (await Silo.NewTenantAsync()).ReadyAsync());
        var others = await (await (await Silo.NewTenantAsync()).ReadyAsync()).QueueAsync();

        Func<Task>[] calls =
        [
            () => tasks.GetAsync(others),
            () => tasks.CancelAsync(others),
            () => tasks.WaitAsync("0123456789abcdef01234567"),
            () => tasks.GetAsync("nonsense"),
        ];

        foreach (var call in calls)
        {
            Assert.Equal((HttpStatusCode.NotFound, "Task not found"), StatusAndMessage(await ThrowsAsync(call)));
        }
    }

    [StoreFact]
    public async Task A_project_that_is_not_there_is_not_found()
    {
        var tenant = await Silo.NewTenantAsync();
        var tasks = await OpenAsync(tenant with { ProjectId = "0123456789abcdef01234567" });

        Assert.Equal(
            (HttpStatusCode.NotFound, "Project not found"), StatusAndMessage(await ThrowsAsync(() => tasks.EnqueueAsync(Hello))));
    }

    private protected Task<IHybridTasks> OpenAsync(Tenant tenant, EncryptionKey? key = null) => way.OpenAsync(tenant, key);

    private static Task<HybridException> ThrowsAsync(Func<Task> call) => Assert.ThrowsAsync<HybridException>(call);

    private static (HttpStatusCode?, string) StatusAndMessage(HybridException refused) => (refused.Status, refused.ServerMessage);

    private static async Task<string> TextAsync(Stream stream, int bytes)
    {
        var buffer = new byte[bytes];
        await stream.ReadExactlyAsync(buffer);
        return Encoding.UTF8.GetString(buffer);
    }

    private async Task<(IHybridTasks Tasks, TestRunner Runner)> WithRunnerAsync(EncryptionKey? key = null)
    {
        var tenant = await Silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (await OpenAsync(tenant, key), await tenant.EnrolAsync(cluster));
    }
}
