using OrleansHybrid.Domain.History;
using static OrleansHybrid.Domain.Tests.History.TestHistories;

namespace OrleansHybrid.Domain.Tests.History;

/// <summary>Beside the database, what callers know of their requests, and programs of their lives.</summary>
public sealed class HistoryCheckerOperationTests
{
    private const string Another = "000000000000000000000002";

    [Fact]
    public void Requests_that_were_answered_break_nothing() => Assert.Empty(Requests(Queue(TheTask), Queue(null, OperationOutcome.Fail)));

    [Fact]
    public void I2_an_acknowledged_task_that_is_not_there() => Found("I2", Another, Requests(Queue(TheTask), Queue(Another)));

    [Fact]
    public void I2_a_deleted_task_is_no_lost_one() =>
        Assert.Empty(Requests(Queue(TheTask), Queue(Another), Queue(Another) with { Op = "delete" }));

    [Fact]
    public void I2_two_requests_that_were_answered_with_one_task() => Found("I2", TheTask, Requests(Queue(TheTask), Queue(TheTask)));

    [Fact]
    public void I3_a_task_that_nobody_asked_for() =>
        Found("I3", TheTask, Requests(Queue(null, OperationOutcome.Fail)));

    [Fact]
    public void I3_a_request_without_an_answer_may_have_made_one_task() =>
        Assert.Empty(Requests(Queue(null, OperationOutcome.Unknown)));

    [Fact]
    public void I3_what_was_queued_at_another_time_is_not_the_workloads() =>
        Assert.Empty(Requests(new Operation("queue", 600, 700, OperationOutcome.Fail)));

    [Fact]
    public void I3_a_repeated_request_that_made_another_task() =>
        Found(
            "I3",
            Another,
            Requests(
                Queue(TheTask) with { Key = "k" }, Queue(Another) with { Key = "k" }, Queue(Another) with { Op = "delete" }));

    [Fact]
    public void I3_a_repeated_request_that_found_its_task() =>
        Assert.Empty(Requests(Queue(TheTask) with { Key = "k" }, Queue(TheTask) with { Key = "k" }));

    [Fact]
    public void I6_attempts_one_after_the_other_break_nothing() =>
        Assert.Empty(Lives(("start", 1, 10), ("heartbeat", 1, 15), ("start", 2, 20), ("end", 2, 30)));

    [Fact]
    public void I6_an_attempt_that_gave_a_sign_after_the_next_had_begun() =>
        Found("I6", TheTask, Lives(("start", 1, 10), ("start", 2, 20), ("end", 2, 30), ("heartbeat", 1, 25)));

    [Fact]
    public void I6_an_attempt_that_was_started_twice() =>
        Found("I6", TheTask, Lives(("start", 1, 10), ("start", 1, 12), ("start", 2, 20)));

    [Fact]
    public void I4_an_attempt_that_nobody_claimed() => Found("I4", TheTask, Lives(("start", 3, 10)));

    private static Operation Queue(string? id, OperationOutcome outcome = OperationOutcome.Ok) => new("queue", 0, 1000, outcome, id);

    private static void Found(string invariant, string task, IReadOnlyList<Violation> found)
    {
        var violation = Assert.Single(found);
        Assert.Equal((invariant, task), (violation.Invariant, violation.Task));
    }

    private static IReadOnlyList<Violation> Requests(params Operation[] requests)
    {
        var operations = new Operations();
        Array.ForEach(requests, operations.Add);
        var checker = new HistoryChecker(operations);
        return [.. checker.Check(HistoryOf(Row("cancelled", 0), Waiting("cancelled"))), .. checker.Complete()];
    }

    private static IReadOnlyList<Violation> Lives(params (string Event, int Attempt, double At)[] signs)
    {
        var runs = new ExecutionTimeline();
        Array.ForEach(signs, sign => runs.Add(new ExecutionEvent(sign.Event, TheTask, sign.Attempt, sign.At)));
        var events = (HistoryEvent[])[Of(1, "lapsed"), Of(2, "complete")];
        return new HistoryChecker(timeline: runs).Check(HistoryOf(Row("complete", 2, losses: 1), events));
    }
}
