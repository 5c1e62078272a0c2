using OrleansHybrid.AppDoor;
using OrleansHybrid.Domain.Launching;

namespace OrleansHybrid.Grains.Launching;

/// <summary>What the launcher decided, in the words of its callers.</summary>
internal static class LauncherResults
{
    /// <summary>Who can't show who it is: all are told the same.</summary>
    public static readonly LauncherResult Refused = new() { Error = "refused" };

    /// <summary>A launch; null where the caller has none of that id.</summary>
    public static LauncherResult Of(LaunchView? launch) =>
        launch is null ? new LauncherResult { Error = "not_found" } : new LauncherResult { Launch = Show(launch) };

    /// <summary>What was said to a request.</summary>
    public static LauncherResult Of(LaunchAnswer answer) => answer switch
    {
        { Launch: { } launch } => new LauncherResult { Launch = Show(launch), IsDuplicate = answer.Outcome == LaunchOutcome.Duplicate },
        { Problem: { } problem } => new LauncherResult { Error = "invalid_field", Field = problem.Field, Rule = problem.Rule },
        { Outcome: LaunchOutcome.NonceUsed or LaunchOutcome.CredentialUnknown } => Refused,
        _ => new LauncherResult { Error = LaunchWords.Of(answer.Outcome), RetryAfter = answer.RetryAfter },
    };

    private static LaunchDetails Show(LaunchView launch) => new()
    {
        Id = launch.Id,
        State = LaunchWords.Of(launch.Phase),
        CommitHash = launch.CommitHash,
        Verdict = LaunchWords.Of(launch.Verdict),
        ExitCode = launch.ExitCode,
        Attempt = launch.Attempt,
        CreatedAt = launch.CreatedAt,
        StartedAt = launch.StartedAt,
        EndedAt = launch.EndedAt,
        Deadline = launch.Deadline,
        Cost = launch.Cost,
    };
}
