using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;
using Xunit.Abstractions;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>
/// Random calls: the store answers and ends up as the domain's machine on a dictionary does, and the checker of histories finds
/// nothing wrong with the events that they left.
/// </summary>
public abstract class TaskStoreModelContractTests(StoreFixture stores, ITestOutputHelper output) : StoreTestBase(stores)
{
    private const int Calls = 250;

    private readonly TaskModel _model = new();
    private readonly List<LeaseFence> _fences = [];
    private readonly List<string> _sessions = [];
    private string _limited = "";
    private Random _random = new();

    [StoreFact]
    public Task Random_calls_leave_what_the_machine_says() => RunAsync(Environment.TickCount);

    [StoreFact]
    public Task The_same_calls_on_every_run_do_too() => RunAsync(seed: 1);

    private async Task RunAsync(int seed)
    {
        output.WriteLine($"seed {seed}");
        _random = new Random(seed);
        _limited = (await UploadAsync("limited", maxConcurrency: 2)).Id;
        _model.Limit(_limited, 2);
        for (var i = 0; i < 3; i++)
        {
            _sessions.Add(await EnrolAsync());
        }

        for (var call = 0; call < Calls; call++)
        {
            await (_random.Next(20) switch
            {
                < 4 => QueueSomeAsync(),
                < 8 => ClaimSomeAsync(),
                < 11 => RenewSomeAsync(),
                < 14 => FinishSomeAsync(),
                < 15 => ReleaseSomeAsync(),
                < 17 => CancelSomeAsync(),
                < 19 => ExpireSomeAsync(),
                _ => PromoteSomeAsync(),
            });
            await CompareAsync($"seed {seed}, call {call}");
        }

        Assert.Equal("", await Stores.FindViolationsAsync());
    }

    private async Task QueueSomeAsync()
    {
        TaskToEnqueue[] tasks = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => New(RandomSpec()))];
        foreach (var task in await Tasks.EnqueueAsync(tasks, None))
        {
            _model.Queue(task);
        }
    }

    private TaskSpec RandomSpec() => Spec(_random.Next(3) == 0 ? _limited : "free", _random.Next(3)) with
    {
        Retries = _random.Next(2),
        RetriesDelaySeconds = _random.Next(2) * 100,
        DelaySeconds = _random.Next(5) == 0 ? 100 : 0,
        MaxLosses = _random.Next(1, 3),
    };

    private async Task ClaimSomeAsync()
    {
        var slots = Enumerable.Range(0, _random.Next(1, 5)).Select(_ => Slot(OneOf(_sessions))).ToArray();

        var claimed = await Tasks.ClaimAsync(new ClaimBatch(await CursorsAsync(), slots), None);

        _fences.AddRange(claimed.Select(task => task.Fence));
        Assert.Equal(_model.Claim(slots, Now), claimed.Select(task => task.Fence));
    }

    private async Task RenewSomeAsync()
    {
        var renewals = SomeFences()
            .Select(fence => new Renewal { Fence = fence, Phase = (TaskPhase)_random.Next(3), Percent = _random.Next(100) })
            .ToArray();

        var answers = await Tasks.RenewAsync(renewals, None);

        Assert.Equal(renewals.Select(renewal => _model.Renew(renewal, Now)), answers);
    }

    private async Task FinishSomeAsync()
    {
        var reports = SomeFences().Select(fence => Report(fence, RandomPhase(), "message")).ToArray();

        var steps = await Tasks.FinishAsync(reports, None);

        Assert.Equal(
            reports.Select(report => _model.Change(
                report.Fence.Task, task => TaskStateMachine.Finish(task, report.Fence, report.Outcome, report.RetryId, Now))),
            steps.Select(step => step.Error?.Kind));
    }

    private async Task ReleaseSomeAsync()
    {
        var fences = SomeFences();

        var steps = await Tasks.ReleaseAsync(fences, None);

        Assert.Equal(
            fences.Select(fence => _model.Change(fence.Task, task => TaskStateMachine.Release(task, fence, Now))),
            steps.Select(step => step.Error?.Kind));
    }

    private async Task CancelSomeAsync()
    {
        TaskId[] ids = [.. Enumerable.Range(0, 2)
            .Select(_ => _random.Next(8) == 0 || _model.Ids.Count == 0 ? NextTask() : OneOf(_model.Ids))];

        var steps = await Tasks.CancelAsync(ProjectId, ids, None);

        Assert.Equal(
            ids.Select(id => _model.Change(id, task => TaskStateMachine.Cancel(task, Now))),
            steps.Select(step => step.Error?.Kind));
    }

    private async Task ExpireSomeAsync()
    {
        // One at a time: which of several comes first is the database's choice, and decides their order in the queue.
        if (_model.Leased is { Count: > 0 } leased)
        {
            var id = OneOf(leased);
            // On a slow disk the others might have come to their end by themselves.
            await Stores.ExecuteAsync("UPDATE leases SET until = 9999999999999");
            await ExpireLeaseAsync(id);
            Assert.Equal(id, (await Tasks.ExpireLeasesAsync(10, None)).Single().State.Id);
            _model.Change(id, task => TaskStateMachine.ExpireLease(task, DateTimeOffset.MaxValue));
        }
    }

    private async Task PromoteSomeAsync()
    {
        if (_model.Delayed is { Count: > 0 } delayed)
        {
            var id = OneOf(delayed);
            await Stores.ExecuteAsync($"UPDATE delayed SET due_at = 1 WHERE task_id = '{id}'");
            Assert.Single((await Tasks.PromoteDelayedAsync(10, None)).Offered);
            _model.Change(id, task => TaskStateMachine.Promote(task, DateTimeOffset.MaxValue));
        }
    }

    private async Task CompareAsync(string place)
    {
        var listed = await Tasks.ListAsync(new TaskFilter { ProjectId = ProjectId }, 0, 10_000, None);
        Assert.True(_model.Ids.Count == listed.Count, place);
        foreach (var task in listed)
        {
            var (expected, found) = (TaskModel.Comparable(_model[task.State.Id]), TaskModel.Comparable(task.State));
            Assert.True(expected == found, $"{place}\nexpected {expected}\nfound    {found}");
        }

        Assert.Equal(_model.Waiting, (await Tasks.ListBacklogAsync(ClusterId, None)).Select(lane => (lane.Lane, lane.Priority)).ToHashSet());
    }

    /// <summary>Fences that were given out, live or not, and one in eight that never was.</summary>
    private LeaseFence[] SomeFences() => _fences.Count == 0 ? [] :
    [
        .. Enumerable.Range(0, _random.Next(1, 4))
            .Select(_ => _fences[^_random.Next(1, Math.Min(_fences.Count, 8) + 1)])
            .Select(fence => _random.Next(8) == 0 ? fence with { Token = NextId() } : fence),
    ];

    private TaskPhase RandomPhase() => _random.Next(3) switch
    {
        0 => TaskPhase.Complete,
        1 => TaskPhase.Error,
        _ => TaskPhase.Timeout,
    };

    private T OneOf<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}

public sealed class SqliteTaskStoreModelTests(SqliteFixture stores, ITestOutputHelper output)
    : TaskStoreModelContractTests(stores, output), IClassFixture<SqliteFixture>;

public sealed class PostgresTaskStoreModelTests(PostgresFixture stores, ITestOutputHelper output)
    : TaskStoreModelContractTests(stores, output), IClassFixture<PostgresFixture>, INeedsPostgres;
