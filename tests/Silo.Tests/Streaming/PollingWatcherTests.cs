using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Streaming;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Silo.Web.Clusters;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Streaming;

/// <summary>V6: what is watched is looked at once, however many watch.</summary>
public sealed class PollingWatcherTests
{
    private const int Watchers = 500;
    private const string Cluster = "c1c1c1c1c1c1c1c1c1c1c1c1";
    private const string Project = "b0b0b0b0b0b0b0b0b0b0b0b0";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _calls = [];

    [Fact(Timeout = 30_000)]
    public async Task V6_five_hundred_followers_of_a_cluster_cost_one_query_a_second_and_none_once_they_have_gone()
    {
        var waiting = 0;
        var source = Clusters(() => waiting);
        var watched = Enumerable.Range(0, Watchers).Select(_ => source.Subscribe(Cluster)).ToList();
        for (var tick = 1; tick <= 5; tick++)
        {
            await _time.WaitForTimerAsync(Second);
            Assert.Equal(tick, Calls("CountQueuedAsync"));
            Assert.Equal(tick, Calls("ListAsync"));
            var changed = watched.Select(one => one.Changed).ToList();
            waiting = tick;
            _time.Advance(Second);
            await Task.WhenAll(changed);
        }

        Assert.Single(watched.Select(one => one.Latest).Distinct());
        watched.ForEach(one => one.Dispose());
        watched.ForEach(one => one.Dispose());
        Assert.Equal(0, source.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task V6_a_cluster_that_stays_as_it_is_wakes_nobody_and_one_that_goes_wakes_all()
    {
        var isThere = true;
        var source = Clusters(() => 1, () => isThere);
        using var watched = source.Subscribe(Cluster);
        await _time.WaitForTimerAsync(Second);
        var changed = watched.Changed;
        await _time.WaitForTimerAsync(Second);
        _time.Advance(Second);
        await _time.WaitForTimerAsync(Second);

        Assert.False(changed.IsCompleted);
        isThere = false;
        await PassUntilAsync(changed);
        Assert.Equal("", watched.Latest);
    }

    [Fact(Timeout = 30_000)]
    public async Task V6_five_hundred_who_follow_a_task_cost_one_read_of_it_and_one_of_each_piece_of_its_log_a_change()
    {
        var state = NewTask();
        var source = Tasks(() => state);
        var followed = Enumerable.Range(0, Watchers).Select(_ => source.Subscribe(state.Id)).ToList();
        await _time.WaitForTimerAsync(PollInterval);
        for (var change = 1; change <= 3; change++)
        {
            _calls.Clear();
            var changed = followed.Select(one => one.Changed).ToList();
            state = state with { Percent = change, LogSize = state.LogSize + 5 };
            source.PollSoon([state.Id]);
            await PassUntilAsync(Task.WhenAll(changed));

            var read = await Task.WhenAll(followed.Select(one => one.ReadAsync(Project, default)));
            var log = await Task.WhenAll(followed.Select(one => one.ReadLogAsync(1, state.LogSize - 5, state.LogSize, default)));

            Assert.All(read, task => Assert.Equal(change, task!.State.Percent));
            Assert.All(log, piece => Assert.Equal("line\n", Encoding.UTF8.GetString(piece)));
            Assert.Equal((1, 1), (Calls("FindAsync"), Calls("ReadAsync")));
        }

        followed.ForEach(one => one.Dispose());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reader_of_a_task_never_reads_an_earlier_state_of_it()
    {
        var state = NewTask();
        var source = Tasks(() => state);
        using var first = source.Subscribe(state.Id);
        await _time.WaitForTimerAsync(PollInterval);
        await first.ReadAsync(Project, default);
        state = state with { Percent = 50 };

        using var second = source.Subscribe(state.Id);

        Assert.Equal(50, (await second.ReadAsync(Project, default))!.State.Percent);
        Assert.Equal(50, (await first.ReadAsync(Project, default))!.State.Percent);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_watched_task_serves_the_next_follower_however_often_memory_is_collected()
    {
        var state = NewTask();
        var source = Tasks(() => state);
        using var first = source.Subscribe(state.Id);
        using var second = source.Subscribe(state.Id);
        await _time.WaitForTimerAsync(PollInterval);
        var read = await first.ReadAsync(Project, default);

        // On another thread: nothing of the read is left on this one's stack.
        await Task.Run(GC.Collect);

        Assert.Same(read, await second.ReadAsync(Project, default));
        Assert.Equal(1, Calls("FindAsync"));
    }

    [Fact]
    public void V6_a_user_has_so_many_streams_and_all_have_so_many_and_places_come_back()
    {
        var places = new StreamLimiter(maxPerUser: 2, maxTotal: 3);
        var taken = new List<IDisposable?> { places.TryAcquire("one", out _), places.TryAcquire("one", out _) };

        Assert.Null(places.TryAcquire("one", out var byUser));
        Assert.True(byUser);
        taken.Add(places.TryAcquire("two", out _));
        Assert.Null(places.TryAcquire("three", out byUser));
        Assert.False(byUser);
        Assert.DoesNotContain(null, taken);
        taken[0]!.Dispose();
        Assert.NotNull(places.TryAcquire("three", out _));
    }

    // The source may still be about to wait when time passes.
    private async Task PassUntilAsync(Task changed)
    {
        while (!changed.IsCompleted)
        {
            var rest = _time.WaitForTimerAsync(_ => true);
            if (await Task.WhenAny(changed, rest) == rest)
            {
                _time.Advance(await rest);
            }
        }

        await changed;
    }

    private static TaskState NewTask()
    {
        Assert.True(TaskId.TryParse("0123456789abcdef01234567", out var id));
        return new TaskState
        {
            Id = id,
            Spec = new TaskSpec { ProjectId = Project, ClusterId = Cluster, CodeId = "c0de", CodeRev = 1, CodeName = "hello" },
            CreatedAt = DateTimeOffset.UnixEpoch,
            Phase = TaskPhase.Running,
            Attempt = 1,
        };
    }

    private int Calls(string method)
    {
        lock (_calls)
        {
            return _calls.Count(call => call == method);
        }
    }

    private T Counted<T>(string method, T answer)
    {
        lock (_calls)
        {
            _calls.Add(method);
        }

        return answer;
    }

    private TaskWatcher Tasks(Func<TaskState> state)
    {
        var tasks = Stub.Of<ITaskStore>()
            .On(nameof(ITaskStore.GetSnapshotsAsync), _ => Task.FromResult<IReadOnlyList<TaskSnapshot>>([TaskSnapshot.Of(state())]))
            .On(nameof(ITaskStore.FindAsync), _ => Counted("FindAsync", Task.FromResult<StoredTask?>(new StoredTask(state(), []))));
        var logs = Stub.Of<ILogStore>().On(nameof(ILogStore.ReadAsync), _ => Counted("ReadAsync", Task.FromResult("line\n"u8.ToArray())));
        return new TaskWatcher(tasks.Object, logs.Object, _time, NullLogger<TaskWatcher>.Instance);
    }

    private ClusterWatcher Clusters(Func<int> waiting, Func<bool>? isThere = null)
    {
        var settings = new ClusterSettings { Id = Cluster, UserId = "u", Name = "site", CreatedAt = DateTimeOffset.UnixEpoch };
        var clusters = Stub.Of<IClusterStore>()
            .On(nameof(IClusterStore.FindAsync), _ => Task.FromResult(isThere?.Invoke() == false ? null : settings))
            .On(nameof(IClusterStore.CountQueuedAsync), _ => Counted("CountQueuedAsync", Task.FromResult(waiting())));
        var runners = Stub.Of<IRunnerStore>().On(
            "ListAsync", _ => Counted("ListAsync", Task.FromResult<IReadOnlyList<(RunnerSession, int)>>([])));
        var tasks = Stub.Of<ITaskStore>().On(nameof(ITaskStore.ListBacklogAsync), _ => Task.FromResult<IReadOnlyList<LaneBacklog>>([]));
        var lookups = new EntityCache(
            Stub.Of<IProjectStore>().Object, clusters.Object, Stub.Of<ICodeStore>().Object, Stub.Of<IRegistryLoginStore>().Object,
            runners.Object, _time);
        return new ClusterWatcher(
            new ClusterStateReader(clusters.Object, runners.Object, tasks.Object), lookups, _time, NullLogger<ClusterWatcher>.Instance);
    }
}
