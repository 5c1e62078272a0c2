using OrleansHybrid.Abstractions;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Grain;

/// <summary>Maps the launcher's decisions to results for grain callers.</summary>
internal static class LauncherResultMapper
{
    /// <summary>For callers that can't authenticate: the same result whatever the reason.</summary>
    public static readonly LauncherResult Rejected = new() { Error = "refused" };

    /// <summary>A launch; null where the caller has none of that id.</summary>
    public static LauncherResult Of(LaunchSnapshot? launch) =>
        launch is null ? new LauncherResult { Error = "not_found" } : new LauncherResult { Launch = ToContract(launch) };

    /// <summary>Maps the result of a request to the one that callers get.</summary>
    public static LauncherResult Of(LaunchResult result) => result switch
    {
        { Launch: { } launch } => new LauncherResult { Launch = ToContract(launch), IsDuplicate = result.Outcome == LaunchOutcome.Duplicate },
        { Problem: { } problem } => new LauncherResult { Error = "invalid_field", Field = problem.Field, Rule = problem.Rule },
        { Outcome: LaunchOutcome.NonceUsed or LaunchOutcome.CredentialUnknown } => Rejected,
        _ => new LauncherResult { Error = LaunchStateNames.Of(result.Outcome), RetryAfter = result.RetryAfter },
    };

    private static LaunchDetails ToContract(LaunchSnapshot launch) => new()
    {
        Id = launch.Id,
        State = LaunchStateNames.Of(launch.Phase),
        CommitHash = launch.CommitHash,
        Verdict = LaunchStateNames.Of(launch.Verdict),
        ExitCode = launch.ExitCode,
        Attempt = launch.Attempt,
        CreatedAt = launch.CreatedAt,
        StartedAt = launch.StartedAt,
        EndedAt = launch.EndedAt,
        Deadline = launch.Deadline,
        Cost = launch.Cost,
    };
}
