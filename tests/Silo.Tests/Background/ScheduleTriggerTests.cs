using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Silo.Background;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Stores;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Background;

/// <summary>When the sweep of schedules looks, what wakes it, and that two of them run nothing twice.</summary>
public sealed class ScheduleTriggerTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScheduleWakeSignal _wakeSignal = new();
    private readonly Channel<string> _calls = Channel.CreateUnbounded<string>();
    private readonly Stub<IGrainFactory> _grains = Stub.Of<IGrainFactory>();

    public ScheduleTriggerTests() => _grains.On("GetGrain", call => Stub.Of<IClusterDispatchGrain>().On(nameof(IClusterDispatchGrain.Offer), offer =>
    {
        foreach (var lane in (LaneAvailability[])offer[0]!)
        {
            _calls.Writer.TryWrite($"{call[0]} {lane.Lane}/{lane.Priority}");
        }

        return Task.CompletedTask;
    }).Object);

    [Fact(Timeout = 30_000)]
    public async Task It_rests_until_the_next_schedule_is_due_and_a_second_at_most_and_offers_what_it_queued()
    {
        var next = new Queue<double?>([0.3, 3600, null, 0, null]);
        var schedules = Stub.Of<IScheduleStore>().On(nameof(IScheduleStore.RunDueAsync), _ => Task.FromResult(new DueBatch(
            [new TaskEffect.Offered("c", 1, 2, LabelSet.None)],
            next.Dequeue() is { } seconds ? TimeSpan.FromSeconds(seconds) : null)));
        var sweep = Sweep(schedules.Object, _time);
        await sweep.StartAsync(default);

        var rests = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("c 1/2", await _calls.Reader.ReadAsync());
            rests.Add((await _time.FireNextTimerAsync()).TotalSeconds);
        }

        Assert.Equal([0.3, 1, 1, 0.005], rests);
        await sweep.StopAsync(default);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_schedule_made_here_wakes_it_also_when_it_is_made_during_a_sweep()
    {
        var looks = 0;
        var schedules = Stub.Of<IScheduleStore>().On(nameof(IScheduleStore.RunDueAsync), _ =>
        {
            if (++looks == 2)
            {
                _wakeSignal.Signal();
            }

            _calls.Writer.TryWrite($"look {looks}");
            return Task.FromResult(new DueBatch([], null));
        });
        var sweep = Sweep(schedules.Object, _time);
        await sweep.StartAsync(default);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(1));

        _wakeSignal.Signal();

        Assert.Equal(["look 1", "look 2", "look 3"], await ReadCallsAsync(3));
        await sweep.StopAsync(default);
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task S3_two_silos_on_one_database_run_each_due_time_once()
    {
        const int many = 300;
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync("schedules");
        await using var one = Stores(database);
        await using var other = Stores(database);
        var project = await PrepareAsync(one);
        var schedules = one.GetRequiredService<IScheduleStore>();
        var start = await schedules.NowAsync(default) + TimeSpan.FromMilliseconds(300);
        var made = Enumerable.Range(0, many).Select(i => New(project, start.AddMilliseconds(i % 10 * 20))).ToList();
        ScheduleTrigger[] sweeps =
        [
            Sweep(schedules, TimeProvider.System), Sweep(other.GetRequiredService<IScheduleStore>(), TimeProvider.System),
        ];
        await Task.WhenAll(sweeps.Select(sweep => sweep.StartAsync(default)));
        await schedules.AddAsync(made, many, default);
        _wakeSignal.Signal();

        var runs = new List<StoredTask>();
        while (runs.Count < many)
        {
            await _calls.Reader.ReadAsync();
            runs.Clear();
            foreach (var schedule in made)
            {
                runs.AddRange(await schedules.ListRunsAsync(project, schedule.State.Id, 0, 10, default));
            }
        }

        await Task.WhenAll(sweeps.Select(sweep => sweep.StopAsync(default)));
        Assert.Equal(many, runs.Select(run => run.State.Spec.ScheduleId).Distinct().Count());
        Assert.Equal(many, runs.Count);
        var due = made.ToDictionary(schedule => schedule.State.Id, schedule => schedule.State.StartAt);
        Assert.All(runs, run => Assert.True(run.State.CreatedAt >= due[run.State.Spec.ScheduleId].AddMilliseconds(-1)));
    }

    private static ServiceProvider Stores(string database) =>
        new ServiceCollection().AddPostgresStores(database).BuildServiceProvider();

    private static async Task<string> PrepareAsync(ServiceProvider stores)
    {
        await stores.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);
        var (ids, now) = (new IdGenerator(TimeProvider.System), TimeProvider.System.GetUtcNow());
        var (user, project) = (ids.New(), ids.New());
        await stores.GetRequiredService<IProjectStore>().AddUserAsync(new User(user, "u", now), default);
        await stores.GetRequiredService<IProjectStore>().AddProjectAsync(
            new Project { Id = project, UserId = user, Name = "p", CreatedAt = now }, default);
        await stores.GetRequiredService<IClusterStore>().AddAsync(
            new ClusterSettings { Id = "c", UserId = user, Name = "c", CreatedAt = now },
            new ClusterTokenRecord("t", "c", [1], [2], now),
            default);
        await stores.GetRequiredService<ICodeStore>().UploadAsync(
            project, ids.New(), "hello", new CodeRevisionRecord { Id = ids.New(), Image = "busybox", CreatedAt = now }, default);
        return project;
    }

    private static StoredSchedule New(string project, DateTimeOffset start)
    {
        var spec = new ScheduleSpec { ProjectId = project, ClusterId = "c", CodeName = "hello", EverySeconds = 3600 };
        var step = ScheduleStateMachine.Create(new IdGenerator(TimeProvider.System).New(), spec, start, start.AddSeconds(-1));
        return new StoredSchedule(step.State, [1]);
    }

    private ScheduleTrigger Sweep(IScheduleStore schedules, TimeProvider time) =>
        new(schedules, _grains.Object, new IdGenerator(TimeProvider.System), _wakeSignal, time, NullLogger<ScheduleTrigger>.Instance);

    private async Task<IReadOnlyList<string>> ReadCallsAsync(int count)
    {
        var heard = new List<string>();
        while (heard.Count < count)
        {
            heard.Add(await _calls.Reader.ReadAsync());
        }

        return heard;
    }
}
