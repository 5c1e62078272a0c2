using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Sweeps;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Sweeps;

/// <summary>The periodic duties: what they do, in which order, and that nothing ends them.</summary>
public sealed class Sweeping
{
    private readonly ManualTime _time = new();
    private readonly Channel<string> _said = Channel.CreateUnbounded<string>();
    private readonly Stub<ITaskStore> _tasks = Stub.Of<ITaskStore>();
    private readonly Stub<IGrainFactory> _grains = Stub.Of<IGrainFactory>();

    public Sweeping() => _grains.On("GetGrain", call => Stub.Of<IClusterGrain>().On(nameof(IClusterGrain.Offer), offer =>
    {
        var lanes = (IReadOnlyList<LaneOffer>)offer[0]!;
        Say($"{call[0]} {string.Join(' ', lanes.Select(lane => $"{lane.Lane}/{lane.Priority}/{lane.Rescan}"))}");
        return Task.CompletedTask;
    }).Object);

    [Fact(Timeout = 30_000)]
    public async Task Before_anything_lapses_all_leases_get_their_full_time()
    {
        _tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => Said("extend")).On(nameof(ITaskStore.LapseAsync), _ => Lapsed("lapse"));
        await using var sweep = await Running.StartAsync(Leases());

        Assert.Equal(["extend", "lapse"], await HearAsync(2));
        Assert.Equal(TimeSpan.FromSeconds(1), await _time.EndRestAsync());
        Assert.Equal(["lapse"], await HearAsync(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task After_the_database_was_away_they_get_it_again()
    {
        _tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => Said("extend")).On(nameof(ITaskStore.LapseAsync), _ => Lapsed("lapse"));
        await using var sweep = await Running.StartAsync(Leases());
        Assert.Equal(["extend", "lapse"], await HearAsync(2));

        _tasks.On(nameof(ITaskStore.LapseAsync), _ => Away<IReadOnlyList<Step<TaskState>>>("away"));
        await _time.EndRestAsync();
        Assert.Equal(["away"], await HearAsync(1));
        _tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => Away<int>("still away"));
        await _time.EndRestAsync();
        Assert.Equal(["still away"], await HearAsync(1));
        _tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => Said("extend")).On(nameof(ITaskStore.LapseAsync), _ => Lapsed("lapse"));
        await _time.EndRestAsync();

        Assert.Equal(["extend", "lapse"], await HearAsync(2));
    }

    [Fact(Timeout = 30_000)]
    public async Task Many_lapsed_leases_are_taken_back_with_hardly_a_rest()
    {
        var step = Step.To<TaskState>(null!, new TaskEffect.Offered("c", 7, 1, LabelSet.None));
        _tasks.On(nameof(ITaskStore.ExtendLeasesAsync), _ => Task.CompletedTask)
            .On(nameof(ITaskStore.LapseAsync), call => Task.FromResult<IReadOnlyList<Step<TaskState>>>(
                [.. Enumerable.Repeat(step, (int)call[0]!)]));
        await using var sweep = await Running.StartAsync(Leases());

        Assert.Equal(["c 7/1/False"], await HearAsync(1));
        Assert.Equal(TimeSpan.FromMilliseconds(5), await _time.EndRestAsync());
        Assert.Equal(["c 7/1/False"], await HearAsync(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_cluster_is_told_again_where_tasks_wait()
    {
        _tasks.On(nameof(ITaskStore.WaitingAsync), _ => Task.FromResult<IReadOnlyList<WaitingLane>>(
            [new("a", 1, 2, LabelSet.None), new("b", 3, 0, LabelSet.None), new("a", 1, 0, LabelSet.None)]));
        await using var sweep = await Running.StartAsync(
            new OfferSweep(_tasks.Object, _grains.Object, _time, NullLogger<OfferSweep>.Instance));

        Assert.Equal(["a 1/2/True 1/0/True", "b 3/0/True"], await HearAsync(2));
        Assert.Equal(TimeSpan.FromSeconds(2), await _time.EndRestAsync());
        Assert.Equal(2, (await HearAsync(2)).Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_due_sweep_rests_until_the_next_task_is_due_and_a_second_at_most()
    {
        var next = new Queue<double?>([0.3, 3600, null, -1, null]);
        _tasks.On(nameof(ITaskStore.DueAsync), _ => Task.FromResult(new DueBatch(
            [new TaskEffect.Offered("c", 1, 0, LabelSet.None)],
            next.Dequeue() is { } seconds ? TimeSpan.FromSeconds(seconds) : null)));
        await using var sweep = await Running.StartAsync(
            new DueSweep(_tasks.Object, _grains.Object, _time, NullLogger<DueSweep>.Instance));

        var rests = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(["c 1/0/False"], await HearAsync(1));
            rests.Add((await _time.EndRestAsync()).TotalSeconds);
        }

        Assert.Equal([0.3, 1, 1, 0.005], rests);
    }

    [Fact(Timeout = 30_000)]
    public async Task Runners_that_were_heard_of_are_noted_in_one_call()
    {
        var seen = new SeenSessions();
        var runners = Stub.Of<IRunnerStore>().On(nameof(IRunnerStore.SeenAsync), call =>
            Said($"{string.Join(' ', ((IReadOnlyList<string>)call[0]!).Order())} {call[1]}"));
        seen.Note("b");
        seen.Note("a");
        seen.Note("b");
        await using var sweep = await Running.StartAsync(
            new SessionSweep(runners.Object, seen, _time, NullLogger<SessionSweep>.Instance));

        Assert.Equal(["a b 00:05:00"], await HearAsync(1));
        seen.Note("c");
        Assert.Equal(TimeSpan.FromSeconds(10), await _time.EndRestAsync());
        Assert.Equal(["c 00:05:00"], await HearAsync(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task Queues_are_looked_at_every_interval_and_averaged_over_it()
    {
        var averages = Stub.Of<IQueueAverageStore>().On(nameof(IQueueAverageStore.SampleAsync), call =>
        {
            var next = (Func<double, int, TimeSpan?, double>)call[2]!;
            return Said($"{call[0]} {next(100, 0, QueueAverage.Interval)} {next(0, 100, null):0.#}");
        });
        await using var sweep = await Running.StartAsync(
            new AverageSweep(averages.Object, _time, NullLogger<AverageSweep>.Instance));

        Assert.Equal(["00:00:05 90 10"], await HearAsync(1));
        Assert.Equal(TimeSpan.FromSeconds(5), await _time.EndRestAsync());
        Assert.Single(await HearAsync(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task What_waits_for_a_cluster_that_is_gone_is_cancelled()
    {
        TaskId[] ids = [.. Enumerable.Range(0, 3).Select(i => TaskId.New(_time.GetUtcNow(), i))];
        var clusters = Stub.Of<IClusterStore>().On(nameof(IClusterStore.StraysAsync), _ =>
            Task.FromResult<IReadOnlyList<(string, TaskId)>>([("p", ids[0]), ("q", ids[1]), ("p", ids[2])]));
        _tasks.On(nameof(ITaskStore.CancelAsync), call =>
        {
            Say($"{call[0]} {string.Join(' ', (IReadOnlyList<TaskId>)call[1]!)}");
            return Task.FromResult<IReadOnlyList<Step<TaskState>>>([]);
        });
        await using var sweep = await Running.StartAsync(new StraySweep(
            clusters.Object, _tasks.Object, _grains.Object, _time, NullLogger<StraySweep>.Instance));

        Assert.Equal([$"p {ids[0]} {ids[2]}", $"q {ids[1]}"], await HearAsync(2));
        Assert.Equal(TimeSpan.FromSeconds(10), await _time.EndRestAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_bug_ends_no_sweep()
    {
        _tasks.On(nameof(ITaskStore.WaitingAsync), _ => throw new InvalidOperationException("a bug"));
        await using var sweep = await Running.StartAsync(
            new OfferSweep(_tasks.Object, _grains.Object, _time, NullLogger<OfferSweep>.Instance));
        await _time.EndRestAsync();
        _tasks.On(nameof(ITaskStore.WaitingAsync), _ => Task.FromResult<IReadOnlyList<WaitingLane>>([new("a", 1, 2, LabelSet.None)]));

        await _time.EndRestAsync();

        Assert.Equal(["a 1/2/True"], await HearAsync(1));
    }

    private LeaseSweep Leases() => new(_tasks.Object, _grains.Object, _time, NullLogger<LeaseSweep>.Instance);

    private void Say(string what) => _said.Writer.TryWrite(what);

    private Task Said(string what)
    {
        Say(what);
        return Task.CompletedTask;
    }

    private Task<IReadOnlyList<Step<TaskState>>> Lapsed(string what)
    {
        Say(what);
        return Task.FromResult<IReadOnlyList<Step<TaskState>>>([]);
    }

    private Task<T> Away<T>(string what)
    {
        Say(what);
        return Task.FromException<T>(new StoreUnavailableException(what, new IOException()));
    }

    private async Task<IReadOnlyList<string>> HearAsync(int count)
    {
        var heard = new List<string>();
        while (heard.Count < count)
        {
            heard.Add(await _said.Reader.ReadAsync());
        }

        return heard;
    }

    /// <summary>A sweep between its start and its stop.</summary>
    private sealed class Running(IHostedService sweep) : IAsyncDisposable
    {
        public static async Task<Running> StartAsync(IHostedService sweep)
        {
            await sweep.StartAsync(default);
            return new Running(sweep);
        }

        public async ValueTask DisposeAsync() => await sweep.StopAsync(default);
    }
}
