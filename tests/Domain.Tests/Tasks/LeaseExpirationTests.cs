using OrleansHybrid.Domain.Tasks;
using static OrleansHybrid.Domain.Tests.Tasks.TaskExamples;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>Leases that lapse: the task waits again, and ends when it has lost too many runners.</summary>
public sealed class LeaseExpirationTests
{
    private static readonly DateTimeOffset Later = Now.AddHours(1);

    [Fact]
    public void I7_an_expired_lease_counts_as_a_loss_and_the_task_waits_again()
    {
        var after = TaskStateMachine.ExpireLease(Running, Later).State;

        Assert.Equal((TaskPhase.Queued, 1, 1), (after.Phase, after.Losses, after.Attempt));
        Assert.Null(after.Lease);
        Assert.Null(after.StartedAt);
    }

    [Fact]
    public void Reports_of_an_attempt_are_dropped_with_its_lease()
    {
        var reported = Running with { Percent = 80, Message = "nearly", Digest = "sha256:1" };

        var after = TaskStateMachine.Release(reported, Fence, Now).State;

        Assert.Equal((0, "", ""), (after.Percent, after.Message, after.Digest));
    }

    [Fact]
    public void A_lease_that_was_never_confirmed_counts_as_no_loss() =>
        Assert.Equal(0, TaskStateMachine.ExpireLease(Claimed, Later).State.Losses);

    [Fact]
    public void I7_the_last_allowed_loss_ends_the_task_in_error_and_says_so()
    {
        var after = TaskStateMachine.ExpireLease(Running with { Losses = 1 }, Later).State;

        Assert.Equal((TaskPhase.Error, "lost its runner 2 times"), (after.Phase, after.Message));
    }

    [Fact]
    public void A_released_lease_counts_as_no_loss() =>
        Assert.Equal(0, TaskStateMachine.Release(Running, Fence, Now).State.Losses);

    [Fact]
    public void A_renewal_gives_the_lease_its_full_time_and_confirms_it()
    {
        var lease = TaskStateMachine.Renew(Claimed, Fence, TaskPhase.Queued, Now).State.Lease!;

        Assert.Equal((Now.AddSeconds(60), true), (lease.Until, lease.Confirmed));
    }

    [Fact]
    public void A_claim_grants_a_short_lease() =>
        Assert.Equal(Now + LeasePolicy.FirstLease, Claimed.Lease!.Until);
}
