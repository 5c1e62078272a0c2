using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>Why an attempt ended, as the event tells it.</summary>
public sealed class TaskAttemptTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("complete", null, "", "complete", "")]
    [InlineData("complete", null, "12 pages", "complete", "12 pages")]
    [InlineData("error", null, "exit code 3: page 4", "error", "exit code 3: page 4")]
    [InlineData("error", "lapsed", "lost its runner 3 times", "lost", "lost its runner 3 times")]
    [InlineData("timeout", null, "Job timed out.", "timeout", "Job timed out.")]
    [InlineData("cancelled", null, "Cancelled via API.", "cancelled", "")]
    [InlineData("released", null, "", "released", "its runner released it")]
    [InlineData("lapsed", null, "", "lost", "its runner stopped responding")]
    public Task An_attempt_ends_as_its_event_says(string kind, string? cause, string taskMessage, string outcome, string message)
    {
        var at = DateTimeOffset.UnixEpoch.AddSeconds(2);
        var attempt = new TaskAttemptRecord(1, "s1", "name of s1", DateTimeOffset.UnixEpoch).EndedBy(at, kind, cause, taskMessage);

        Assert.Equal((outcome, message, at), (attempt.Outcome, attempt.Message, attempt.EndedAt));
        Assert.Equal((1, "s1", "name of s1"), (attempt.Number, attempt.SessionId, attempt.RunnerName));
        return Task.CompletedTask;
    }
}
