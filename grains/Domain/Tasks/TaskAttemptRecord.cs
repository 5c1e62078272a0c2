using OrleansHybrid.Domain.History;

namespace OrleansHybrid.Domain.Tasks;

/// <summary>One attempt at a task: which runner had it, when, and why that ended.</summary>
public sealed record TaskAttemptRecord(int Number, string SessionId, string RunnerName, DateTimeOffset ClaimedAt)
{
    /// <summary>When it ended; null while the runner has it.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The phase that it led to, <c>released</c> or <c>lost</c>; null while the runner has it.</summary>
    public string? Outcome { get; init; }

    /// <summary>The reason; empty where there is none.</summary>
    public string Message { get; init; } = "";

    /// <summary>The attempts in a task's events, in order; each event comes with the name of its runner.</summary>
    public static IReadOnlyList<TaskAttemptRecord> From(IEnumerable<(HistoryEvent Event, string RunnerName)> events)
    {
        var attempts = new List<TaskAttemptRecord>();
        foreach (var (now, runner) in events)
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(now.At);
            if (now.Kind == "claimed")
            {
                attempts.Add(new TaskAttemptRecord(now.Attempt, now.Detail, runner, at));
            }
            else if (attempts is [.., { Outcome: null } last] && last.Number == now.Attempt && End(now) is var (outcome, message))
            {
                attempts[^1] = last with { EndedAt = at, Outcome = outcome, Message = message };
            }
        }

        return attempts;
    }

    private static (string Outcome, string Message)? End(HistoryEvent now) => now.Kind switch
    {
        "released" => ("released", "its runner released it"),
        "lapsed" => ("lost", "its runner stopped responding"),
        "cancelled" => ("cancelled", ""),
        "complete" or "error" or "timeout" => (
            now.Detail.StartsWith("lapsed", StringComparison.Ordinal) ? "lost" : now.Kind, AfterCause(now.Detail)),
        _ => null,
    };

    /// <summary>The text after the cause.</summary>
    private static string AfterCause(string detail) =>
        detail.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var at ? detail[(at + 2)..] : "";
}
