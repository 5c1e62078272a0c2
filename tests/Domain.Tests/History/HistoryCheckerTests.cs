using OrleansHybrid.Domain.History;
using static OrleansHybrid.Domain.Tests.History.TestHistories;

namespace OrleansHybrid.Domain.Tests.History;

/// <summary>Histories made by hand, each with one fault that the checker has to see: no check of it can't fail.</summary>
public sealed class HistoryCheckerTests
{
    [Fact]
    public void Whole_histories_break_none()
    {
        Assert.Empty(Check(Row("complete", 1), Of(1, "complete")));
        Assert.Empty(Check(Row("complete", 2, losses: 1), Of(1, "lapsed"), Of(2, "complete")));
        Assert.Empty(Check(Row("cancelled", 1), Of(1, "cancelled"), Of(1, "finished")));
        Assert.Empty(Check(Row("cancelled", 1), Of(1, "released"), Waiting("cancelled", 1)));
        Assert.Empty(Check(Row("error", 1, losses: 1, maxLosses: 1), Of(1, "error", "lapsed")));
        Assert.Empty(Check(Row(null, 0) with { IsWaiting = true }, Waiting("due")));
        Assert.Empty(Check(Row(null, 0), Leased(1)));
        Assert.Empty(Check(Row(null, 1), Leased(2), Of(1, "released")));
        Assert.Empty(Check(Row("cancelled", 1), Leased(1), Of(1, "cancelled")));
    }

    [Fact]
    public void Claims_are_counted_by_what_ended_them_and_by_the_lease_that_is_out()
    {
        var checker = new HistoryChecker();

        checker.Check(HistoryOf(Row(null, 1), Of(1, "lapsed")) with { Lease = Leased(2) });
        checker.Check(HistoryOf(Row("cancelled", 1), Of(1, "cancelled"), Of(1, "finished")));

        Assert.Equal((2, 3, 3, 1, 1), (checker.Tasks, checker.Events, checker.Attempts, checker.ExpiredLeases, checker.Ended));
    }

    [Fact]
    public void I1_a_second_end() =>
        Found("I1", Row("complete", 1), Of(1, "complete"), Waiting("cancelled", 1));

    [Fact]
    public void I1_a_claim_after_the_end() =>
        Found("I1", Row("cancelled", 1), Waiting("cancelled"), Of(1, "released"));

    [Fact]
    public void I1_a_lease_that_was_claimed_after_the_end() =>
        Found("I1", Row("complete", 1), Leased(2), Of(1, "complete"));

    [Fact]
    public void I1_a_row_that_ended_otherwise_than_its_events() =>
        Found("I1", Row("error", 1), Of(1, "complete"));

    [Fact]
    public void I1_an_end_that_the_row_has_forgotten() =>
        Found("I1", Row(null, 1) with { IsWaiting = true }, Of(1, "complete"));

    [Fact]
    public void I1_an_ended_task_that_waits() =>
        Found("I1", Row("complete", 1) with { IsWaiting = true }, Of(1, "complete"));

    [Fact]
    public void I2_events_without_a_row() => Found("I2", null, Of(1, "complete"));

    [Fact]
    public void I2_a_lease_without_a_row() => Found("I2", null, Leased(1));

    [Fact]
    public void I4_a_claim_under_a_live_lease() =>
        Found("I4", Row("cancelled", 2), Of(1, "cancelled"), Of(2, "released"));

    [Fact]
    public void I4_a_lease_of_an_attempt_that_is_over() =>
        Found("I4", Row(null, 1), Leased(1), Of(1, "released"));

    [Fact]
    public void I4_a_leased_task_that_waits() =>
        Found("I4", Row(null, 1) with { IsWaiting = true }, Leased(1));

    [Fact]
    public void I5_a_write_of_an_older_attempt() =>
        Found("I5", Row("complete", 2), Of(1, "released"), Of(2, "released"), Of(1, "complete"));

    [Fact]
    public void I5_a_write_without_a_lease() =>
        Found("I5", Row("complete", 1), Of(1, "released"), Of(1, "complete"));

    [Fact]
    public void I5_a_log_of_an_attempt_that_nobody_claimed() =>
        Assert.Contains(
            new HistoryChecker().Check(HistoryOf(Row("complete", 1), Of(1, "complete")) with { Chunks = [new HistoryChunk(2, 0, 5)] }),
            found => found.Invariant == "I5");

    [Fact]
    public void I7_a_task_that_is_nowhere() => Found("I7", Row(null, 1), Of(1, "lapsed"));

    [Fact]
    public void I7_a_task_whose_lease_went_without_an_event() => Found("I7", Row(null, 1));

    [Fact]
    public void I7_more_losses_than_allowed() =>
        Found("I7", Row(null, 2, losses: 2, maxLosses: 2) with { IsWaiting = true }, Of(1, "lapsed"), Of(2, "lapsed"));

    [Fact]
    public void I7_a_loss_that_no_lapse_explains() =>
        Found("I7", Row("complete", 1, losses: 1), Of(1, "complete"));

    [Fact]
    public void I7_a_chain_that_is_too_long() =>
        Found("I7", Row("complete", 1) with { Retries = 1, RetryCount = 2 }, Of(1, "complete"));

    [Fact]
    public void I8_an_attempt_without_an_end() =>
        Found("I8", Row("complete", 3), Of(1, "released"), Of(3, "complete"));

    [Fact]
    public void I8_a_lease_whose_number_passes_one_over() =>
        Found("I8", Row(null, 1), Leased(3), Of(1, "released"));

    [Fact]
    public void I8_a_row_that_is_behind_its_events() =>
        Found("I8", Row("complete", 1), Of(1, "released"), Of(2, "complete"));

    [Fact]
    public void I8_events_out_of_their_order() =>
        Found("I8", Row("complete", 2), Of(1, "released") with { Seq = 90 }, Of(2, "complete"));

    [Fact]
    public void I8_a_log_that_goes_back() =>
        Assert.Contains(
            new HistoryChecker().Check(HistoryOf(Row("complete", 1), Of(1, "complete")) with
            {
                Chunks = [new HistoryChunk(1, 0, 10), new HistoryChunk(1, 9, 5)],
            }),
            found => found.Invariant == "I8");

    private static void Found(string invariant, HistoryRow? row, params HistoryEvent[] events) => Found(invariant, row, null, events);

    private static void Found(string invariant, HistoryRow? row, HistoryLease? lease, params HistoryEvent[] events)
    {
        var found = Check(row, lease, events);

        Assert.Contains(found, each => each.Invariant == invariant);
        Assert.All(found, each => Assert.Equal(TheTask, each.Task));
    }

    private static IReadOnlyList<Violation> Check(HistoryRow? row, params HistoryEvent[] events) => Check(row, null, events);

    private static IReadOnlyList<Violation> Check(HistoryRow? row, HistoryLease? lease, params HistoryEvent[] events) =>
        new HistoryChecker().Check(HistoryOf(row, events) with { Lease = lease });
}
