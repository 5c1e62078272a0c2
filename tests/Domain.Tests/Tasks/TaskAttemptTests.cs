using OrleansHybrid.Domain.History;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>Which runner had a task, when, and why that ended, as its events tell it.</summary>
public sealed class TaskAttemptTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("complete", "finished", "complete", "")]
    [InlineData("complete", "finished: 12 pages", "complete", "12 pages")]
    [InlineData("error", "finished: exit code 3: page 4", "error", "exit code 3: page 4")]
    [InlineData("error", "lapsed: lost its runner 3 times", "lost", "lost its runner 3 times")]
    [InlineData("timeout", "finished: Job timed out.", "timeout", "Job timed out.")]
    [InlineData("cancelled", "", "cancelled", "")]
    [InlineData("released", "", "released", "its runner released it")]
    [InlineData("lapsed", "", "lost", "its runner stopped responding")]
    public Task An_attempt_ends_as_its_event_says(string kind, string detail, string outcome, string message)
    {
        var attempt = Assert.Single(From((1, "claimed", "s1"), (1, kind, detail)));

        Assert.Equal((1, "s1", "name of s1"), (attempt.Number, attempt.SessionId, attempt.RunnerName));
        Assert.Equal((outcome, message), (attempt.Outcome, attempt.Message));
        Assert.Equal(TimeSpan.FromSeconds(1), attempt.EndedAt - attempt.ClaimedAt);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Each_attempt_has_its_own_runner_and_the_last_may_be_under_way()
    {
        var attempts = From((1, "claimed", "s1"), (1, "lapsed", ""), (1, "due", ""), (2, "claimed", "s2"));

        Assert.Equal([("s1", "lost"), ("s2", null)], attempts.Select(attempt => (attempt.SessionId, attempt.Outcome)));
        Assert.Null(attempts[1].EndedAt);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task What_comes_after_the_end_changes_nothing_of_it()
    {
        var cancelled = From((1, "claimed", "s1"), (1, "cancelled", ""), (1, "finished", ""));
        var waiting = From((1, "claimed", "s1"), (1, "released", ""), (1, "cancelled", ""));

        Assert.Equal("cancelled", Assert.Single(cancelled).Outcome);
        Assert.Equal("released", Assert.Single(waiting).Outcome);
        Assert.Empty(From((0, "cancelled", "")));
        return Task.CompletedTask;
    }

    private static IReadOnlyList<TaskAttemptRecord> From(params (int Attempt, string Kind, string Detail)[] events) =>
        TaskAttemptRecord.From(events.Select((each, i) => (
            new HistoryEvent(i, 1000 * i, each.Attempt, each.Kind, each.Detail),
            each.Kind == "claimed" ? $"name of {each.Detail}" : "")));
}
