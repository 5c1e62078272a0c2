using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Client;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.GrainClient;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;
using App = OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <summary>Retries of a grain client while the database is away, and when the server itself is at fault.</summary>
public sealed class GrainClientRetryTests
{
    private static readonly StoreUnavailableException Unavailable = new("away", new IOException("secret detail"));
    private static readonly App.NewTask Hello = new() { CodeName = "hello" };

    private readonly InstantTimeProvider _clock = new();

    [Fact(Timeout = 60_000)]
    public async Task It_retries_when_it_is_asked_to()
    {
        var store = Store();
        await using var silo = await StartAsync(store);
        var tasks = Open(silo, await (await silo.NewTenantAsync()).ReadyAsync());
        var calls = 0;
        store.On(nameof(ITaskStore.EnqueueAsync), call => ++calls < 3
            ? Task.FromException<IReadOnlyList<TaskState>>(Unavailable)
            : Task.FromResult<IReadOnlyList<TaskState>>(
                [.. ((IReadOnlyList<TaskToEnqueue>)call[0]!).Select(task => task.State)]));

        Assert.Equal(24, (await tasks.EnqueueAsync(Hello)).Length);

        Assert.Equal((3, 2), (calls, _clock.Pauses.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task It_gives_up_in_the_end_and_says_so()
    {
        var store = Store().On(nameof(ITaskStore.EnqueueAsync), _ => Task.FromException<IReadOnlyList<TaskState>>(Unavailable));
        await using var silo = await StartAsync(store);
        var tasks = Open(silo, await (await silo.NewTenantAsync()).ReadyAsync());

        var trouble = await Assert.ThrowsAsync<HybridException>(() => tasks.EnqueueAsync(Hello));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (trouble.Status, trouble.IsTransient));
        Assert.Equal("The database is not available: retry later", trouble.ServerMessage);
        Assert.Equal(4, _clock.Pauses.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bug_is_told_to_the_log_and_its_details_to_nobody_else()
    {
        var store = Store().On(nameof(ITaskStore.EnqueueAsync), _ => throw new InvalidOperationException("the inner workings"));
        await using var silo = await StartAsync(store);
        var tasks = Open(silo, await (await silo.NewTenantAsync()).ReadyAsync());

        var trouble = await Assert.ThrowsAsync<HybridException>(() => tasks.EnqueueAsync(Hello));

        Assert.Equal((HttpStatusCode.InternalServerError, "Internal error"), (trouble.Status, trouble.ServerMessage));
        Assert.DoesNotContain("inner workings", trouble.ToString(), StringComparison.Ordinal);
        Assert.Contains(silo.Logs.All, line => line.Contains("the inner workings", StringComparison.Ordinal));
    }

    private static Stub<ITaskStore> Store() => Stub.Of<ITaskStore>()
        .On(nameof(ITaskStore.ExtendLeasesAsync), _ => Task.CompletedTask)
        .On(nameof(ITaskStore.ExpireLeasesAsync), _ => Task.FromResult<IReadOnlyList<Transition<TaskState>>>([]))
        .On(nameof(ITaskStore.ListBacklogAsync), _ => Task.FromResult<IReadOnlyList<LaneBacklog>>([]))
        .On(nameof(ITaskStore.PromoteDelayedAsync), _ => Task.FromResult(new DueBatch([], null)));

    private static Task<TestSilo> StartAsync(Stub<ITaskStore> store) =>
        TestSilo.StartAsync(configure: builder => builder.Services.AddSingleton(store.Object));

    private IHybridTasks Open(TestSilo silo, Tenant tenant) => new ServiceCollection()
        .AddSingleton(silo.Get<IGrainFactory>())
        .AddHybridGrainClient(new HybridGrainClientOptions { ProjectId = tenant.ProjectId, Token = tenant.Api.Token, TimeProvider = _clock })
        .BuildServiceProvider()
        .GetRequiredService<IHybridTasks>();
}
