using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>The labels that tasks require make their lane, and only runners that have them all take from it.</summary>
public abstract class RequiredLabelContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    private static readonly LabelSet Gpu = LabelSet.Of(["gpu"]);
    private static readonly LabelSet GpuHere = LabelSet.Of(["zone=eu-1", "gpu"]);

    [StoreFact]
    public async Task I15_a_task_is_leased_only_to_a_session_that_has_all_of_its_labels()
    {
        var queued = await QueueAsync(Requires(GpuHere), Requires(Gpu), Spec());
        var (none, one, other, all) =
            (await LabelledAsync(""), await LabelledAsync("gpu"), await LabelledAsync("gpu2 zone=eu-1"), await LabelledAsync("disk=ssd gpu zone=eu-1"));

        Assert.Equal([queued[2].Id], await TakenAsync(none));
        await QueueAsync(Spec());
        Assert.Single(await TakenAsync(other));
        Assert.Equal([queued[1].Id], await TakenAsync(one));
        Assert.Equal([queued[0].Id], await TakenAsync(all));
    }

    [StoreFact]
    public async Task I15_a_claim_for_several_passes_over_what_one_of_them_may_not_take()
    {
        var queued = await QueueAsync(Requires(Gpu), Spec(), Spec());
        var (with, without, heads) = (await LabelledAsync("gpu"), await LabelledAsync(""), await CursorsAsync());

        var claimed = await Tasks.ClaimAsync(new ClaimBatch(heads, [Slot(with), Slot(without), Slot(with)]), None);

        Assert.Equal(queued[1..].Select(task => task.Id), claimed.Select(task => task.Fence.Task));
        Assert.Equal([queued[0].Id], await TakenAsync(with));
    }

    [StoreFact]
    public async Task A_session_that_takes_nothing_keeps_nobody_from_its_labels()
    {
        var queued = await QueueAsync(Requires(Gpu));
        var (with, paused) = (await LabelledAsync("gpu"), await LabelledAsync(""));
        await Stores.Runners.SetPausedAsync(paused, true, None);

        var claimed = await Tasks.ClaimAsync(new ClaimBatch(await CursorsAsync(), [Slot(paused), Slot(with)]), None);

        Assert.Equal((queued[0].Id, with), (claimed.Single().Fence.Task, claimed.Single().Fence.SessionId));
    }

    [StoreFact]
    public async Task Priority_and_arrival_order_all_that_a_session_may_take()
    {
        var queued = await QueueAsync(Spec(), Requires(Gpu), Spec(), Requires(Gpu) with { Priority = 1 });

        Assert.Equal(
            [queued[3].Id, queued[0].Id, queued[1].Id, queued[2].Id], await TakenAsync(await LabelledAsync("gpu zone=eu-1")));
    }

    [StoreFact]
    public async Task Each_set_of_labels_has_one_lane_which_tells_them()
    {
        var queued = await QueueAsync(Spec(), Requires(Gpu), Requires(GpuHere), Requires(Gpu), Spec());

        Assert.Equal([0, 1, 2, 1, 0], queued.Select(task => Array.FindIndex(queued, first => first.Lane == task.Lane)));
        Assert.Equal(
            [(queued[0].Lane, LabelSet.None), (queued[1].Lane, Gpu), (queued[2].Lane, GpuHere)],
            (await Tasks.ListBacklogAsync(ClusterId, None)).Select(lane => (lane.Lane, lane.RequiredLabels)).Order(LaneOrder));
    }

    [StoreFact]
    public async Task The_limit_of_a_code_counts_over_all_of_its_lanes()
    {
        var code = await UploadAsync("limited", maxConcurrency: 2);
        await QueueAsync([.. Enumerable.Repeat(Spec(code.Id), 3), .. Enumerable.Repeat(Requires(Gpu) with { CodeId = code.Id }, 3)]);

        Assert.Equal(2, (await TakenAsync(await LabelledAsync("gpu"))).Count);
    }

    [StoreFact]
    public async Task What_comes_back_or_is_tried_again_requires_the_same()
    {
        var task = (await QueueAsync(Requires(Gpu) with { Retries = 1 }))[0];
        var session = await LabelledAsync("gpu");
        var lease = await ClaimOneAsync(session);
        var released = (await Tasks.ReleaseAsync([lease], None)).Single();
        Assert.Equal(TaskEffect.Offered.Of(task), released.Effects.Single());

        var retry = NextTask();
        var order = await ClaimOneAsync(session);
        Assert.Equal(Gpu, (await Tasks.ReadAssignmentsAsync([order], None)).Single().Spec.RequiredLabels);
        await FinishAsync(order, TaskPhase.Error, retry: retry);

        Assert.Equal((Gpu, task.Lane), (await FindAsync(retry) is var again ? (again.Spec.RequiredLabels, again.Lane) : default));
        Assert.Empty(await TakenAsync(await LabelledAsync("")));
        Assert.Equal([retry], await TakenAsync(session));
    }

    [StoreFact]
    public async Task A_code_keeps_what_each_of_its_revisions_required()
    {
        var first = new CodeRevisionRecord { Id = NextId(), Image = "busybox", RequiredLabels = GpuHere, CreatedAt = Now };
        var code = await Stores.Codes.UploadAsync(ProjectId, NextId(), "labelled", first, None);
        Assert.Equal(GpuHere, code.Current.RequiredLabels);

        var second = await Stores.Codes.UploadAsync(
            ProjectId, NextId(), "labelled", first with { Id = NextId(), RequiredLabels = LabelSet.None }, None);

        Assert.Equal(LabelSet.None, second.Current.RequiredLabels);
        Assert.Equal(GpuHere, (await Stores.Codes.FindRevisionAsync(code.Id, 1, None))!.RequiredLabels);
    }

    private static Comparer<(long Lane, LabelSet Labels)> LaneOrder { get; } =
        Comparer<(long Lane, LabelSet Labels)>.Create((one, other) => one.Lane.CompareTo(other.Lane));

    private TaskSpec Requires(LabelSet labels) => Spec() with { RequiredLabels = labels };

    private async Task<string> LabelledAsync(string labels)
    {
        var session = NewSession() with { Labels = LabelSet.Parse(labels) };
        await Stores.Runners.EnrolAsync(session, null, None);
        return session.Id;
    }

    private async Task<IReadOnlyList<TaskId>> TakenAsync(string session) =>
        [.. (await ClaimAsync(session, 10)).Select(claimed => claimed.Fence.Task)];
}

public sealed class SqliteRequiredLabelTests(SqliteFixture stores) : RequiredLabelContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresRequiredLabelTests(PostgresFixture stores)
    : RequiredLabelContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
