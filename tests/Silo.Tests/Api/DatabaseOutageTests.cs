using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.Tests.Api;

/// <summary>The responses while the database is away, and when the server itself is at fault.</summary>
public sealed class DatabaseOutageTests
{
    private static readonly StoreUnavailableException Unavailable = new("away", new IOException("secret detail"));

    [Fact(Timeout = 60_000)]
    public async Task While_the_database_is_away_callers_are_asked_to_retry()
    {
        var tasks = Stub.Of<ITaskStore>();
        await using var silo = await StartAsync(tasks);
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        tasks.On(nameof(ITaskStore.EnqueueAsync), _ => Task.FromException<IReadOnlyList<TaskState>>(Unavailable));
        tasks.On(nameof(ITaskStore.FindAsync), _ => Task.FromException<StoredTask?>(Unavailable));

        var queued = await tenant.PostTasksAsync("""{"tasks":[{"code_name":"hello"}]}""");
        var asked = await tenant.Api.GetAsync($"{tenant.Project}/tasks/0123456789abcdef01234567");

        Assert.All([queued, asked], reply =>
        {
            Assert.Equal((503, "1"), (reply.Status, reply.Headers.RetryAfter!.ToString()));
            Assert.Equal("The database is not available: retry later", reply.Msg);
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task While_the_database_is_away_people_are_told_so_on_a_page_and_a_page_that_waits_asks_again()
    {
        var tasks = Stub.Of<ITaskStore>();
        await using var silo = await StartAsync(tasks);
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);
        var list = $"/projects/{tenant.ProjectId}/tasks";
        var (looks, asked) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        tasks.On(nameof(ITaskStore.ListAsync), _ => Task.FromException<IReadOnlyList<StoredTask>>(Unavailable));
        tasks.On(nameof(ITaskStore.FindAsync), _ =>
        {
            looks++;
            if (looks == 3)
            {
                asked.SetResult();
            }

            return looks == 1 ? Task.FromResult<StoredTask?>(new StoredTask(null!, [])) : Task.FromException<StoredTask?>(Unavailable);
        });

        var page = await visitor.GetAsync(list);
        using var events = await visitor.OpenEventStreamAsync($"{list}/0123456789abcdef01234567/events");

        Assert.Equal((503, "1"), (page.Status, page.Header("Retry-After")));
        Assert.Contains("is not available", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret detail", page.Text, StringComparison.Ordinal);

        // The stream stays open, and asks for the task until the database is there again.
        await asked.Task;
        Assert.StartsWith("retry: ", await events.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task While_the_database_is_away_a_runner_at_a_gateway_hears_after_how_long_to_try_again()
    {
        var tasks = Stub.Of<ITaskStore>();
        await using var silo = await StartAsync(tasks);
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        tasks.On(nameof(ITaskStore.RenewAsync), _ => Task.FromException<IReadOnlyList<LeaseRenewalResult>>(Unavailable));
        var lease = new LeaseReport
        {
            Lease = new LeaseRef { TaskId = "0123456789abcdef01234567", Attempt = 1, Token = new string('0', 32) },
            Phase = "running",
        };

        var reply = await silo.Get<IGrainFactory>().GetGrain<IRunnerSessionGrain>(runner.Enrolled.SessionId)
            .Heartbeat(runner.Enrolled.Credential, new HeartbeatRequest { Leases = [lease] });

        Assert.Equal((503, 1), (reply.Status, reply.RetryAfterSeconds));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bug_is_told_in_json_and_its_details_to_the_log_only()
    {
        var tasks = Stub.Of<ITaskStore>();
        await using var silo = await StartAsync(tasks);
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        tasks.On(nameof(ITaskStore.EnqueueAsync), _ => throw new InvalidOperationException("the inner workings"));

        var reply = await tenant.PostTasksAsync("""{"tasks":[{"code_name":"hello"}]}""");

        Assert.Equal((500, """{"msg":"Internal error"}"""), (reply.Status, reply.Body));
        Assert.Contains(silo.Logs.All, line => line.Contains("the inner workings", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Readiness_depends_on_the_database_and_liveness_does_not()
    {
        var store = Stub.Of<IDatabaseInitializer>()
            .On("get_Description", _ => "a stub")
            .On(nameof(IDatabaseInitializer.MigrateAsync), _ => Task.CompletedTask)
            .On(nameof(IDatabaseInitializer.CheckServerKeyAsync), _ => Task.CompletedTask)
            .On(nameof(IDatabaseInitializer.PingAsync), _ => Task.FromException(Unavailable));
        await using var silo = await TestSilo.StartAsync(
            configure: builder => builder.Services.AddSingleton(store.Object));
        var api = new ApiClient(silo.Address, null);

        Assert.Equal(503, (await api.GetAsync("/readyz")).Status);
        Assert.Equal(200, (await api.GetAsync("/healthz")).Status);
        Assert.Equal("a stub", (await api.GetAsync("/version")).Text("store"));
    }

    private static Task<TestSilo> StartAsync(Stub<ITaskStore> tasks)
    {
        tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => Task.CompletedTask)
            .On(nameof(ITaskStore.ExpireLeasesAsync), _ => Task.FromResult<IReadOnlyList<Transition<TaskState>>>([]))
            .On(nameof(ITaskStore.ListBacklogAsync), _ => Task.FromResult<IReadOnlyList<LaneBacklog>>([]))
            .On(nameof(ITaskStore.PromoteDelayedAsync), _ => Task.FromResult(new DueBatch([], null)));
        return TestSilo.StartAsync(configure: builder => builder.Services.AddSingleton(tasks.Object));
    }
}
