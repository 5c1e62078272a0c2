using System.Diagnostics;

namespace OrleansHybrid.Launcher.Domain;

/// <summary>The names of a launch's states and verdicts: the same for its caller and for operators.</summary>
public static class LaunchStateNames
{
    /// <summary>How far it is.</summary>
    public static string Of(LaunchPhase phase) => phase switch
    {
        LaunchPhase.Intended => "accepted",
        LaunchPhase.Queued => "queued",
        LaunchPhase.Running => "running",
        LaunchPhase.Stopping => "stopping",
        LaunchPhase.Ended => "ended",
        _ => throw new UnreachableException($"phase {phase}"),
    };

    /// <summary>How it ended; null while it has not.</summary>
    public static string? Of(LaunchVerdict? verdict) => verdict switch
    {
        null => null,
        LaunchVerdict.Passed => "passed",
        LaunchVerdict.Failed => "failed",
        LaunchVerdict.TimedOut => "timed_out",
        LaunchVerdict.Cancelled => "cancelled",
        LaunchVerdict.Trouble => "trouble",
        _ => throw new UnreachableException($"verdict {verdict}"),
    };

    /// <summary>Why nothing was launched.</summary>
    public static string Of(LaunchOutcome outcome) => outcome switch
    {
        LaunchOutcome.NoncesFull => "nonces_full",
        LaunchOutcome.CapReached => "cap_reached",
        LaunchOutcome.BudgetSpent => "budget_spent",
        LaunchOutcome.Disabled => "disabled",
        LaunchOutcome.AuditAway => "audit_away",
        LaunchOutcome.ProviderAway => "provider_away",
        _ => throw new UnreachableException($"outcome {outcome}"),
    };
}
