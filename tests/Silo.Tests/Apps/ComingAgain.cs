using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Client;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.GrainClient;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;
using App = OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <summary>What a grain client does while the database is away, and when the server itself is at fault.</summary>
public sealed class ComingAgain
{
    private static readonly StoreUnavailableException Away = new("away", new IOException("secret detail"));
    private static readonly App.NewTask Hello = new() { CodeName = "hello" };

    private readonly ImpatientClock _clock = new();

    [Fact(Timeout = 60_000)]
    public async Task It_comes_again_when_it_is_asked_to()
    {
        var store = Store();
        await using var silo = await StartAsync(store);
        var tasks = Open(silo, await (await silo.NewTenantAsync()).ReadyAsync());
        var calls = 0;
        store.On(nameof(ITaskStore.QueueAsync), call => ++calls < 3
            ? Task.FromException<IReadOnlyList<TaskState>>(Away)
            : Task.FromResult<IReadOnlyList<TaskState>>(
                [.. ((IReadOnlyList<NewTask>)call[0]!).Select(task => task.State)]));

        Assert.Equal(24, (await tasks.QueueAsync(Hello)).Length);

        Assert.Equal((3, 2), (calls, _clock.Pauses.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task It_gives_up_in_the_end_and_says_so()
    {
        var store = Store().On(nameof(ITaskStore.QueueAsync), _ => Task.FromException<IReadOnlyList<TaskState>>(Away));
        await using var silo = await StartAsync(store);
        var tasks = Open(silo, await (await silo.NewTenantAsync()).ReadyAsync());

        var trouble = await Assert.ThrowsAsync<HybridException>(() => tasks.QueueAsync(Hello));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (trouble.Status, trouble.TryAgain));
        Assert.Equal("The database does not answer: come again", trouble.Msg);
        Assert.Equal(4, _clock.Pauses.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bug_is_told_to_the_log_and_its_details_to_nobody_else()
    {
        var store = Store().On(nameof(ITaskStore.QueueAsync), _ => throw new InvalidOperationException("the inner workings"));
        await using var silo = await StartAsync(store);
        var tasks = Open(silo, await (await silo.NewTenantAsync()).ReadyAsync());

        var trouble = await Assert.ThrowsAsync<HybridException>(() => tasks.QueueAsync(Hello));

        Assert.Equal((HttpStatusCode.InternalServerError, "Internal error"), (trouble.Status, trouble.Msg));
        Assert.DoesNotContain("inner workings", trouble.ToString(), StringComparison.Ordinal);
        Assert.Contains(silo.Logs.All, line => line.Contains("the inner workings", StringComparison.Ordinal));
    }

    private static Stub<ITaskStore> Store() => Stub.Of<ITaskStore>()
        .On(nameof(ITaskStore.ExtendLeasesAsync), _ => Task.CompletedTask)
        .On(nameof(ITaskStore.LapseAsync), _ => Task.FromResult<IReadOnlyList<Step<TaskState>>>([]))
        .On(nameof(ITaskStore.WaitingAsync), _ => Task.FromResult<IReadOnlyList<WaitingLane>>([]))
        .On(nameof(ITaskStore.DueAsync), _ => Task.FromResult(new DueBatch([], null)));

    private static Task<TestSilo> StartAsync(Stub<ITaskStore> store) =>
        TestSilo.StartAsync(configure: builder => builder.Services.AddSingleton(store.Object));

    private IHybridTasks Open(TestSilo silo, Tenant tenant) => new ServiceCollection()
        .AddSingleton(silo.Get<IGrainFactory>())
        .AddHybridGrainClient(new HybridGrainClientOptions { ProjectId = tenant.ProjectId, Token = tenant.Api.Token, TimeProvider = _clock })
        .BuildServiceProvider()
        .GetRequiredService<IHybridTasks>();
}
