using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Silo.Background;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Background;

/// <summary>The periodic duties: what they do, in which order, and that nothing ends them.</summary>
public sealed class PeriodicBackgroundServiceTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Channel<string> _calls = Channel.CreateUnbounded<string>();
    private readonly Stub<ITaskStore> _tasks = Stub.Of<ITaskStore>();
    private readonly Stub<IGrainFactory> _grains = Stub.Of<IGrainFactory>();

    public PeriodicBackgroundServiceTests() => _grains.On("GetGrain", call => Stub.Of<IClusterDispatchGrain>().On(nameof(IClusterDispatchGrain.Offer), offer =>
    {
        var lanes = (LaneAvailability[])offer[0]!;
        RecordCall($"{call[0]} {string.Join(' ', lanes.Select(lane => $"{lane.Lane}/{lane.Priority}/{lane.Rescan}"))}");
        return Task.CompletedTask;
    }).Object);

    [Fact(Timeout = 30_000)]
    public async Task Before_anything_expires_all_leases_get_their_full_time()
    {
        _tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => RecordCallAsync("extend")).On(nameof(ITaskStore.ExpireLeasesAsync), _ => RecordExpiryAsync("lapse"));
        await using var sweep = await RunningService.StartAsync(Leases());

        Assert.Equal(["extend", "lapse"], await ReadCallsAsync(2));
        Assert.Equal(TimeSpan.FromSeconds(1), await _time.FireNextTimerAsync());
        Assert.Equal(["lapse"], await ReadCallsAsync(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task After_the_database_was_away_they_get_it_again()
    {
        _tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => RecordCallAsync("extend")).On(nameof(ITaskStore.ExpireLeasesAsync), _ => RecordExpiryAsync("lapse"));
        await using var sweep = await RunningService.StartAsync(Leases());
        Assert.Equal(["extend", "lapse"], await ReadCallsAsync(2));

        _tasks.On(nameof(ITaskStore.ExpireLeasesAsync), _ => FailAsync<IReadOnlyList<Transition<TaskState>>>("away"));
        await _time.FireNextTimerAsync();
        Assert.Equal(["away"], await ReadCallsAsync(1));
        _tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => FailAsync<int>("still away"));
        await _time.FireNextTimerAsync();
        Assert.Equal(["still away"], await ReadCallsAsync(1));
        _tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => RecordCallAsync("extend")).On(nameof(ITaskStore.ExpireLeasesAsync), _ => RecordExpiryAsync("lapse"));
        await _time.FireNextTimerAsync();

        Assert.Equal(["extend", "lapse"], await ReadCallsAsync(2));
    }

    [Fact(Timeout = 30_000)]
    public async Task Many_expired_leases_are_taken_back_with_hardly_a_pause()
    {
        var spec = new TaskSpec { ProjectId = "p", ClusterId = "c", CodeId = "k", CodeRev = 1, CodeName = "hello" };
        var task = TaskStateMachine.Enqueue(new TaskId("0123456789abcdef01234567"), spec, _time.GetUtcNow()).State;
        var step = Transition.To(task, new TaskEffect.Offered("c", 7, 1, LabelSet.None));
        _tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => Task.CompletedTask)
            .On(nameof(ITaskStore.ExpireLeasesAsync), call => Task.FromResult<IReadOnlyList<Transition<TaskState>>>(
                [.. Enumerable.Repeat(step, (int)call[0]!)]));
        await using var sweep = await RunningService.StartAsync(Leases());

        Assert.Equal(["c 7/1/False"], await ReadCallsAsync(1));
        Assert.Equal(TimeSpan.FromMilliseconds(5), await _time.FireNextTimerAsync());
        Assert.Equal(["c 7/1/False"], await ReadCallsAsync(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_cluster_is_told_again_where_tasks_wait()
    {
        _tasks.On(nameof(ITaskStore.ListBacklogAsync), _ => Task.FromResult<IReadOnlyList<LaneBacklog>>(
            [new("a", 1, 2, LabelSet.None), new("b", 3, 0, LabelSet.None), new("a", 1, 0, LabelSet.None)]));
        await using var sweep = await RunningService.StartAsync(
            new LaneReconciler(_tasks.Object, _grains.Object, _time, NullLogger<LaneReconciler>.Instance));

        Assert.Equal(["a 1/2/True 1/0/True", "b 3/0/True"], await ReadCallsAsync(2));
        Assert.Equal(TimeSpan.FromSeconds(2), await _time.FireNextTimerAsync());
        Assert.Equal(2, (await ReadCallsAsync(2)).Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_due_sweep_rests_until_the_next_task_is_due_and_a_second_at_most()
    {
        var next = new Queue<double?>([0.3, 3600, null, -1, null]);
        _tasks.On(nameof(ITaskStore.PromoteDelayedAsync), _ => Task.FromResult(new DueBatch(
            [new TaskEffect.Offered("c", 1, 0, LabelSet.None)],
            next.Dequeue() is { } seconds ? TimeSpan.FromSeconds(seconds) : null)));
        await using var sweep = await RunningService.StartAsync(
            new DelayedTaskPromoter(_tasks.Object, _grains.Object, _time, NullLogger<DelayedTaskPromoter>.Instance));

        var rests = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(["c 1/0/False"], await ReadCallsAsync(1));
            rests.Add((await _time.FireNextTimerAsync()).TotalSeconds);
        }

        Assert.Equal([0.3, 1, 1, 0.005], rests);
    }

    [Fact(Timeout = 30_000)]
    public async Task Runners_that_were_heard_of_are_noted_in_one_call()
    {
        var seen = new SessionActivityTracker();
        var runners = Stub.Of<IRunnerStore>().On(nameof(IRunnerStore.TouchSessionsAsync), call =>
            RecordCallAsync($"{string.Join(' ', ((IReadOnlyList<string>)call[0]!).Order())} {call[1]}"));
        seen.Record("b");
        seen.Record("a");
        seen.Record("b");
        await using var sweep = await RunningService.StartAsync(
            new SessionReaper(runners.Object, seen, _time, NullLogger<SessionReaper>.Instance));

        Assert.Equal(["a b 00:05:00"], await ReadCallsAsync(1));
        seen.Record("c");
        Assert.Equal(TimeSpan.FromSeconds(10), await _time.FireNextTimerAsync());
        Assert.Equal(["c 00:05:00"], await ReadCallsAsync(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task Queues_are_sampled_every_interval_and_averaged_over_it()
    {
        var averages = Stub.Of<IQueueAverageStore>().On(nameof(IQueueAverageStore.SampleAsync), call =>
        {
            var next = (Func<double, int, TimeSpan?, double>)call[2]!;
            return RecordCallAsync($"{call[0]} {next(100, 0, QueueAverage.Interval)} {next(0, 100, null):0.#}");
        });
        await using var sweep = await RunningService.StartAsync(
            new QueueStatsSampler(averages.Object, _time, NullLogger<QueueStatsSampler>.Instance));

        Assert.Equal(["00:00:05 90 10"], await ReadCallsAsync(1));
        Assert.Equal(TimeSpan.FromSeconds(5), await _time.FireNextTimerAsync());
        Assert.Single(await ReadCallsAsync(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task Tasks_that_wait_for_a_deleted_cluster_are_cancelled()
    {
        TaskId[] ids = [.. Enumerable.Range(0, 3).Select(i => TaskId.New(_time.GetUtcNow(), i))];
        var clusters = Stub.Of<IClusterStore>().On(nameof(IClusterStore.ListOrphanedTasksAsync), _ =>
            Task.FromResult<IReadOnlyList<(string, TaskId)>>([("p", ids[0]), ("q", ids[1]), ("p", ids[2])]));
        _tasks.On(nameof(ITaskStore.CancelAsync), call =>
        {
            RecordCall($"{call[0]} {string.Join(' ', (IReadOnlyList<TaskId>)call[1]!)}");
            return Task.FromResult<IReadOnlyList<Transition<TaskState>>>([]);
        });
        await using var sweep = await RunningService.StartAsync(new OrphanedTaskCleaner(
            clusters.Object, _tasks.Object, _grains.Object, _time, NullLogger<OrphanedTaskCleaner>.Instance));

        Assert.Equal([$"p {ids[0]} {ids[2]}", $"q {ids[1]}"], await ReadCallsAsync(2));
        Assert.Equal(TimeSpan.FromSeconds(10), await _time.FireNextTimerAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_bug_ends_no_sweep()
    {
        _tasks.On(nameof(ITaskStore.ListBacklogAsync), _ => throw new InvalidOperationException("a bug"));
        await using var sweep = await RunningService.StartAsync(
            new LaneReconciler(_tasks.Object, _grains.Object, _time, NullLogger<LaneReconciler>.Instance));
        await _time.FireNextTimerAsync();
        _tasks.On(nameof(ITaskStore.ListBacklogAsync), _ => Task.FromResult<IReadOnlyList<LaneBacklog>>([new("a", 1, 2, LabelSet.None)]));

        await _time.FireNextTimerAsync();

        Assert.Equal(["a 1/2/True"], await ReadCallsAsync(1));
    }

    private LeaseExpirationService Leases() => new(_tasks.Object, _grains.Object, _time, NullLogger<LeaseExpirationService>.Instance);

    private void RecordCall(string what) => _calls.Writer.TryWrite(what);

    private Task RecordCallAsync(string what)
    {
        RecordCall(what);
        return Task.CompletedTask;
    }

    private Task<IReadOnlyList<Transition<TaskState>>> RecordExpiryAsync(string what)
    {
        RecordCall(what);
        return Task.FromResult<IReadOnlyList<Transition<TaskState>>>([]);
    }

    private Task<T> FailAsync<T>(string what)
    {
        RecordCall(what);
        return Task.FromException<T>(new StoreUnavailableException(what, new IOException()));
    }

    private async Task<IReadOnlyList<string>> ReadCallsAsync(int count)
    {
        var heard = new List<string>();
        while (heard.Count < count)
        {
            heard.Add(await _calls.Reader.ReadAsync());
        }

        return heard;
    }

    /// <summary>A sweep between its start and its stop.</summary>
    private sealed class RunningService(IHostedService service) : IAsyncDisposable
    {
        public static async Task<RunningService> StartAsync(IHostedService sweep)
        {
            await sweep.StartAsync(default);
            return new RunningService(sweep);
        }

        public async ValueTask DisposeAsync() => await service.StopAsync(default);
    }
}
