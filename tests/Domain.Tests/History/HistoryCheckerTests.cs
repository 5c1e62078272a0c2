using OrleansHybrid.Domain.History;
using static OrleansHybrid.Domain.Tests.History.TestHistories;

namespace OrleansHybrid.Domain.Tests.History;

/// <summary>Histories made by hand, each with one fault that the checker has to see: no check of it can't fail.</summary>
public sealed class HistoryCheckerTests
{
    [Fact]
    public void Whole_histories_break_none()
    {
        Assert.Empty(Check(Row("complete", 1), Claimed(1), At("complete", 1)));
        Assert.Empty(Check(Row("complete", 2, losses: 1), Claimed(1), At("lapsed", 1), Claimed(2), At("complete", 2)));
        Assert.Empty(Check(Row("cancelled", 1), Claimed(1), At("cancelled", 1), At("finished", 1)));
        Assert.Empty(Check(Row("error", 1, losses: 1, maxLosses: 1), Claimed(1), Ended("error", 1, "lapsed: lost its runner")));
        Assert.Empty(Check(Row(null, 0) with { IsWaiting = true }, At("due", 0)));
        Assert.Empty(Check(Row(null, 0) with { LeaseAttempt = 1 }, Claimed(1)));
    }

    [Fact]
    public void I1_a_second_end() =>
        Found("I1", Row("complete", 1), Claimed(1), At("complete", 1), At("cancelled", 1));

    [Fact]
    public void I1_a_claim_after_the_end() =>
        Found("I1", Row("cancelled", 1), At("cancelled", 0), Claimed(1), At("released", 1));

    [Fact]
    public void I1_a_row_that_ended_otherwise_than_its_events() =>
        Found("I1", Row("error", 1), Claimed(1), At("complete", 1));

    [Fact]
    public void I1_an_end_that_the_row_has_forgotten() =>
        Found("I1", Row(null, 1) with { IsWaiting = true }, Claimed(1), At("complete", 1));

    [Fact]
    public void I1_an_ended_task_that_waits() =>
        Found("I1", Row("complete", 1) with { IsWaiting = true }, Claimed(1), At("complete", 1));

    [Fact]
    public void I2_events_without_a_row() => Found("I2", null, Claimed(1));

    [Fact]
    public void I4_a_claim_under_a_live_lease() =>
        Found("I4", Row("complete", 2), Claimed(1), Claimed(2), At("complete", 2));

    [Fact]
    public void I4_a_lease_that_no_event_claimed() =>
        Found("I4", Row(null, 1) with { LeaseAttempt = 1 }, Claimed(1), At("released", 1));

    [Fact]
    public void I4_a_leased_task_that_waits() =>
        Found("I4", Row(null, 1) with { LeaseAttempt = 1, IsWaiting = true }, Claimed(1));

    [Fact]
    public void I5_a_write_of_an_older_attempt() =>
        Found("I5", Row("complete", 2), Claimed(1), At("released", 1), Claimed(2), At("complete", 1), At("complete", 2));

    [Fact]
    public void I5_a_write_without_a_lease() =>
        Found("I5", Row("complete", 1), Claimed(1), At("released", 1), At("complete", 1));

    [Fact]
    public void I5_a_log_of_an_attempt_that_nobody_claimed() =>
        Assert.Contains(
            new HistoryChecker().Check(HistoryOf(Row("complete", 1), Claimed(1), At("complete", 1)) with
            {
                Chunks = [new HistoryChunk(2, 0, 5)],
            }),
            found => found.Invariant == "I5");

    [Fact]
    public void I7_a_task_that_is_nowhere() => Found("I7", Row(null, 1), Claimed(1), At("lapsed", 1));

    [Fact]
    public void I7_more_losses_than_allowed() =>
        Found(
            "I7",
            Row(null, 2, losses: 2, maxLosses: 2) with { IsWaiting = true },
            Claimed(1),
            At("lapsed", 1),
            Claimed(2),
            At("lapsed", 2));

    [Fact]
    public void I7_a_loss_that_no_lapse_explains() =>
        Found("I7", Row("complete", 1, losses: 1), Claimed(1), At("complete", 1));

    [Fact]
    public void I7_a_chain_that_is_too_long() =>
        Found("I7", Row("complete", 1) with { Retries = 1, RetryCount = 2 }, Claimed(1), At("complete", 1));

    [Fact]
    public void I8_an_attempt_number_twice() =>
        Found("I8", Row("complete", 1), Claimed(1), At("released", 1), Claimed(1), At("complete", 1));

    [Fact]
    public void I8_a_row_that_is_behind_its_events() =>
        Found("I8", Row("complete", 1), Claimed(1), At("released", 1), Claimed(2), At("complete", 2));

    [Fact]
    public void I8_events_out_of_their_order() =>
        Found("I8", Row("complete", 1), Claimed(1) with { Seq = 90 }, At("complete", 1));

    [Fact]
    public void I8_a_log_that_goes_back() =>
        Assert.Contains(
            new HistoryChecker().Check(HistoryOf(Row("complete", 1), Claimed(1), At("complete", 1)) with
            {
                Chunks = [new HistoryChunk(1, 0, 10), new HistoryChunk(1, 9, 5)],
            }),
            found => found.Invariant == "I8");

    private static void Found(string invariant, HistoryRow? row, params HistoryEvent[] events)
    {
        var found = Check(row, events);

        Assert.Contains(found, each => each.Invariant == invariant);
        Assert.All(found, each => Assert.Equal(TheTask, each.Task));
    }

    private static IReadOnlyList<Violation> Check(HistoryRow? row, params HistoryEvent[] events) =>
        new HistoryChecker().Check(HistoryOf(row, events));
}
