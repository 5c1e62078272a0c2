using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Contract;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Postgres;

/// <summary>A finish that is decided on the task as this silo claimed it comes to what one that reads it first does, whatever other silos wrote.</summary>
public sealed class RecentClaimsTests(PostgresFixture stores) : StoreTestBase(stores), IClassFixture<PostgresFixture>, INeedsPostgres
{
    [StoreFact]
    public async Task What_another_silo_renewed_is_in_the_outcome()
    {
        await using var other = Stores.OpenAnother();
        var lease = await ClaimAsync();
        var renewal = new Renewal { Fence = lease, Phase = TaskPhase.Running, Percent = 40, Message = "page 4", Digest = "sha256:abc" };
        Assert.NotNull((await other.GetRequiredService<ITaskStore>().RenewAsync([renewal], None)).Single().ValidFor);
        var started = (await FindAsync(lease.Task)).StartedAt;

        var step = await FinishAsync(lease, TaskPhase.Error, "exit code 3");

        var task = await FindAsync(lease.Task);
        Assert.Null(step.Error);
        Assert.Equal((TaskPhase.Error, "exit code 3: page 4", 40, "sha256:abc"), (task.Phase, task.Message, task.Percent, task.Digest));
        Assert.NotNull(started);
        Assert.Equal(started, task.StartedAt);
        Assert.Equal((step.State.Message, step.State.Percent), (task.Message, task.Percent));
    }

    [StoreFact]
    public async Task What_another_silo_cancelled_stays_cancelled()
    {
        await using var other = Stores.OpenAnother();
        var lease = await ClaimAsync();
        await other.GetRequiredService<ITaskStore>().CancelAsync(ProjectId, [lease.Task], None);

        var step = await FinishAsync(lease);

        var task = await FindAsync(lease.Task);
        Assert.Null(step.Error);
        Assert.Equal((TaskPhase.Cancelled, null), (task.Phase, task.Lease));
    }

    [StoreFact]
    public async Task What_another_silo_gave_back_is_stale()
    {
        await using var other = Stores.OpenAnother();
        var lease = await ClaimAsync();
        await other.GetRequiredService<ITaskStore>().ReleaseAsync([lease], None);

        var step = await FinishAsync(lease);

        Assert.Equal(Domain.Decisions.ErrorKind.Stale, step.Error?.Kind);
        Assert.Equal((TaskPhase.Queued, null), ((await FindAsync(lease.Task)).Phase, (await FindAsync(lease.Task)).Lease));
    }

    [StoreFact]
    public async Task Progress_of_the_task_itself_is_in_the_outcome()
    {
        await using var other = Stores.OpenAnother();
        var lease = await ClaimAsync();
        await other.GetRequiredService<ITaskStore>().UpdateProgressAsync(ProjectId, lease.Task, 70, "page 7", None);

        await FinishAsync(lease);

        var task = await FindAsync(lease.Task);
        Assert.Equal((TaskPhase.Complete, 70, "page 7"), (task.Phase, task.Percent, task.Message));
    }

    [StoreFact]
    public async Task It_ends_after_its_claim_and_not_after_the_databases_time()
    {
        var lease = await ClaimAsync();
        var claimed = await Stores.CountAsync($"SELECT claimed_at FROM leases WHERE task_id = '{lease.Task}'");

        await FinishAsync(lease);

        var now = await Stores.CountAsync("SELECT now_ms()");
        Assert.InRange((await FindAsync(lease.Task)).EndedAt!.Value.ToUnixTimeMilliseconds(), claimed, now);
    }

    private async Task<LeaseFence> ClaimAsync()
    {
        await QueueAsync(Spec());
        return await ClaimOneAsync(await EnrolAsync());
    }
}
