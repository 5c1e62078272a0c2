using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.LongPolling;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.LongPolling;

/// <summary>Polls and deliveries at moments that no real cluster would wait for.</summary>
/// <remarks>One test weighs the memory of the whole process, so nothing else runs meanwhile.</remarks>
[CollectionDefinition(nameof(LongPollDispatcherTests), DisableParallelization = true)]
[Collection(nameof(LongPollDispatcherTests))]
public sealed class LongPollDispatcherTests
{
    private static readonly TaskSpec Spec = new()
    {
        ProjectId = "p",
        ClusterId = "c",
        CodeId = "k",
        CodeRev = 1,
        CodeName = "hello",
    };

    private readonly ManualTimeProvider _time = new();
    private readonly Channel<Poll[]> _parked = Channel.CreateUnbounded<Poll[]>();
    private readonly Channel<Poll[]> _withdrawn = Channel.CreateUnbounded<Poll[]>();
    private readonly Channel<IReadOnlyList<LeaseFence>> _released =
        Channel.CreateUnbounded<IReadOnlyList<LeaseFence>>();

    private readonly Stub<IClusterDispatchGrain> _cluster = Stub.Of<IClusterDispatchGrain>();
    private readonly Stub<ITaskStore> _tasks = Stub.Of<ITaskStore>();
    private readonly LongPollDispatcher _dispatcher;

    public LongPollDispatcherTests()
    {
        _cluster
            .On(nameof(IClusterDispatchGrain.Park), call => Note(_parked, (Poll[])call[1]!))
            .On(nameof(IClusterDispatchGrain.Withdraw), call => Note(_withdrawn, (Poll[])call[0]!));
        _tasks
            .On(nameof(ITaskStore.ReadAssignmentsAsync), call => Task.FromResult<IReadOnlyList<LeasedTask>>(
                [.. ((IReadOnlyList<LeaseFence>)call[0]!).Select(Order)]))
            .On(nameof(ITaskStore.ReleaseAsync), call =>
            {
                _released.Writer.TryWrite((IReadOnlyList<LeaseFence>)call[0]!);
                return Task.FromResult<IReadOnlyList<Transition<TaskState>>>([]);
            });
        _dispatcher = NewDispatcher();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_poll_is_parked_at_once_and_answered_with_what_is_delivered()
    {
        var poll = NewPoll("s1");
        var waiting = WaitAsync(poll, default);
        Assert.Equal([poll], await _parked.Reader.ReadAsync());

        await _dispatcher.Deliver([new Delivery { Poll = poll, Leases = [Fence("s1", 1)] }]);

        var order = Assert.Single((await waiting).Tasks);
        Assert.Equal((Fence("s1", 1).Token, "image", 8_000), (order.Lease.Token, order.Image, order.LeaseMilliseconds));
        Assert.Equal(0, _dispatcher.PendingCount);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(3, 5_000)]
    [InlineData(8, 8_000)]
    public async Task A_task_that_came_with_its_lease_is_read_only_when_that_may_be_over_since_the_claim(int age, int validFor)
    {
        var (poll, fence) = (NewPoll("s1"), Fence("s1", 1));
        var waiting = WaitAsync(poll, default);

        var delivery = new Delivery { Poll = poll, Leases = [fence], Work = [Order(fence)], AskedAt = _time.GetUtcNow().AddSeconds(-age) };
        await _dispatcher.Deliver([delivery]);

        Assert.Equal(validFor, Assert.Single((await waiting).Tasks).LeaseMilliseconds);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_poll_whose_session_has_ended_is_rejected()
    {
        var poll = NewPoll("s1");
        var waiting = _dispatcher.WaitAsync("c", poll, default);

        await _dispatcher.Deliver([new Delivery { Poll = poll, Ended = true }]);

        Assert.Null(await waiting);
    }

    [Fact(Timeout = 30_000)]
    public async Task Assignments_for_many_polls_are_read_in_one_call()
    {
        var reads = 0;
        _tasks.On(nameof(ITaskStore.ReadAssignmentsAsync), call =>
        {
            reads++;
            return Task.FromResult<IReadOnlyList<LeasedTask>>([.. ((IReadOnlyList<LeaseFence>)call[0]!).Select(Order)]);
        });
        var polls = Enumerable.Range(0, 50).Select(i => NewPoll($"s{i}")).ToList();
        var waiting = polls.Select(poll => WaitAsync(poll, default)).ToList();

        await _dispatcher.Deliver([.. polls.Select((poll, i) => new Delivery { Poll = poll, Leases = [Fence($"s{i}", i)] })]);

        Assert.All(await Task.WhenAll(waiting), answer => Assert.Single(answer.Tasks));
        Assert.Equal(1, reads);
    }

    [Fact(Timeout = 30_000)]
    public async Task Leases_for_a_poll_that_is_gone_are_released()
    {
        using var hangUp = new CancellationTokenSource();
        var (left, here) = (NewPoll("s1"), NewPoll("s2"));
        var gone = WaitAsync(left, hangUp.Token);
        var waiting = WaitAsync(here, default);
        await hangUp.CancelAsync();
        Assert.Empty((await gone).Tasks);
        Assert.Equal([left], await _withdrawn.Reader.ReadAsync());

        await _dispatcher.Deliver(
        [
            new Delivery { Poll = left, Leases = [Fence("s1", 1)] },
            new Delivery { Poll = here with { ClaimKey = "older" }, Leases = [Fence("s2", 2)] },
            new Delivery { Poll = here, Leases = [Fence("s2", 3)] },
        ]);

        Assert.Equal([Fence("s1", 1), Fence("s2", 2)], await _released.Reader.ReadAsync());
        Assert.Equal(3, Assert.Single((await waiting).Tasks).Lease.Attempt);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_client_that_disconnects_while_its_response_is_made_loses_nothing()
    {
        using var hangUp = new CancellationTokenSource();
        var poll = NewPoll("s1");
        var reading = new TaskCompletionSource<IReadOnlyList<LeasedTask>>();
        _tasks.On(nameof(ITaskStore.ReadAssignmentsAsync), _ => reading.Task);
        var waiting = WaitAsync(poll, hangUp.Token);
        var delivered = _dispatcher.Deliver([new Delivery { Poll = poll, Leases = [Fence("s1", 1)] }]);

        await hangUp.CancelAsync();
        reading.SetResult([Order(Fence("s1", 1))]);
        await delivered;

        Assert.Equal([Fence("s1", 1)], await _released.Reader.ReadAsync());
        Assert.Single((await waiting).Tasks);
    }

    [Fact(Timeout = 30_000)]
    public async Task When_assignments_can_not_be_read_the_poll_fails_and_nothing_is_released()
    {
        var poll = NewPoll("s1");
        _tasks.On(nameof(ITaskStore.ReadAssignmentsAsync), _ => Task.FromException<IReadOnlyList<LeasedTask>>(
            new StoreUnavailableException("away", new IOException())));
        var waiting = WaitAsync(poll, default);

        await _dispatcher.Deliver([new Delivery { Poll = poll, Leases = [Fence("s1", 1)] }]);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
        Assert.False(_released.Reader.TryRead(out _));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_pass_ends_polls_whose_time_is_over_and_withdraws_them_together()
    {
        var (early, late) = (NewPoll("s1"), NewPoll("s2"));
        var first = WaitAsync(early, default);
        _time.Advance(TimeSpan.FromSeconds(20));
        var second = WaitAsync(late, default);
        _time.Advance(TimeSpan.FromSeconds(10));

        await _dispatcher.RunPassAsync();

        Assert.Empty((await first).Tasks);
        Assert.False(second.IsCompleted);
        Assert.Equal([early], await _withdrawn.Reader.ReadAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task Polls_are_parked_again_in_one_call_every_third_pass()
    {
        Poll[] polls = [NewPoll("s1"), NewPoll("s2"), NewPoll("s3")];
        _ = polls.Select(poll => WaitAsync(poll, default)).ToList();
        foreach (var _ in polls)
        {
            await _parked.Reader.ReadAsync();
        }

        await _dispatcher.RunPassAsync();
        await _dispatcher.RunPassAsync();
        Assert.False(_parked.Reader.TryRead(out var _));
        await _dispatcher.RunPassAsync();

        Assert.Equal(polls.ToHashSet(), (await _parked.Reader.ReadAsync()).ToHashSet());
        Assert.False(_parked.Reader.TryRead(out var _));
    }

    [Fact(Timeout = 30_000)]
    public async Task After_an_error_the_next_pass_parks_again()
    {
        var poll = NewPoll("s1");
        _cluster.On(nameof(IClusterDispatchGrain.Park), _ => Task.FromException(new TimeoutException("no answer")));
        _ = WaitAsync(poll, default);
        _cluster.On(nameof(IClusterDispatchGrain.Park), call => Note(_parked, (Poll[])call[1]!));

        await _dispatcher.RunPassAsync();

        Assert.Equal([poll], await _parked.Reader.ReadAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_closed_edge_holds_nothing()
    {
        var waiting = WaitAsync(NewPoll("s1"), default);
        _dispatcher.Close();

        Assert.Empty((await waiting).Tasks);
        Assert.Empty((await WaitAsync(NewPoll("s2"), default)).Tasks);
        Assert.Equal(0, _dispatcher.PendingCount);
    }

    [Fact(Timeout = 60_000)]
    public async Task Ten_thousand_idle_polls_stay_small()
    {
        const int polls = 10_000;
        _cluster.On(nameof(IClusterDispatchGrain.Park), _ => Task.CompletedTask);
        var before = SettledMemory();
        using var alive = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, polls).Select(i => WaitAsync(NewPoll($"s{i}"), alive.Token)).ToList();

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / polls;

        Assert.Equal(polls, _dispatcher.PendingCount);
        Assert.InRange(each, 1, 2048);
        _dispatcher.Close();
        await Task.WhenAll(waiting);
    }

    // What tests before this one have left is finalized by and by.
    private static long SettledMemory()
    {
        var (last, now) = (0L, GC.GetTotalMemory(forceFullCollection: true));
        do
        {
            GC.WaitForPendingFinalizers();
            (last, now) = (now, GC.GetTotalMemory(forceFullCollection: true));
        }
        while (now < last - (1 << 20));

        return now;
    }

    private LongPollDispatcher NewDispatcher()
    {
        var grains = Stub.Of<IGrainFactory>().On("GetGrain", _ => _cluster.Object).On("CreateObjectReference", call => call[0]);
        var codes = Stub.Of<ICodeStore>().On(nameof(ICodeStore.FindRevisionAsync), _ => Task.FromResult<CodeRevisionRecord?>(
            new CodeRevisionRecord { Id = "r", Rev = 1, Image = "image", CreatedAt = _time.GetUtcNow() }));
        var clusters = Stub.Of<IClusterStore>().On(nameof(IClusterStore.FindAsync), _ => Task.FromResult<ClusterSettings?>(null));
        var logins = Stub.Of<IRegistryLoginStore>().On(nameof(IRegistryLoginStore.ListAsync), _ => Task.FromResult<IReadOnlyList<SealedLogin>>([]));
        var lookups = new EntityCache(
            Stub.Of<IProjectStore>().Object, clusters.Object, codes.Object, logins.Object, Stub.Of<IRunnerStore>().Object, _time);
        var vault = new RegistryCredentialStore(
            new ServerKey(new byte[ServerKey.Length]), logins.Object, lookups, _time, NullLogger<RegistryCredentialStore>.Instance);
        var orders = new TaskAssignmentBuilder(_tasks.Object, lookups, vault, NullLogger<TaskAssignmentBuilder>.Instance);
        return new LongPollDispatcher(grains.Object, _tasks.Object, orders, _time, new ApiOptions(), NullLogger<LongPollDispatcher>.Instance);
    }

    private async Task<ClaimResponse> WaitAsync(Poll poll, CancellationToken cancellationToken) =>
        (await _dispatcher.WaitAsync("c", poll, cancellationToken))!;

    private static Poll NewPoll(string session) => new() { SessionId = session, ClaimKey = "key", Wanted = 1, Labels = LabelSet.None };

    private static LeaseFence Fence(string session, int attempt) =>
        new(new TaskId($"{attempt:x24}"), Math.Max(1, attempt), $"{attempt:x32}", session);

    private static LeasedTask Order(LeaseFence fence) => new()
    {
        Fence = fence,
        ValidFor = TimeSpan.FromSeconds(8),
        Spec = Spec,
        RetryCount = 0,
        Payload = [],
    };

    private static Task Note(Channel<Poll[]> channel, Poll[] polls)
    {
        channel.Writer.TryWrite(polls);
        return Task.CompletedTask;
    }
}
