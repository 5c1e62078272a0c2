using System.Diagnostics;

namespace OrleansHybrid.Runner.Execution;

/// <summary>Where a leased task stands.</summary>
internal enum LeasePhase
{
    Waiting,

    /// <summary>Its image is being pulled.</summary>
    Preparing,

    Running,
}

/// <summary>The phases' names on the wire.</summary>
internal static class LeasePhaseNames
{
    public static string ToWireName(this LeasePhase phase)
    {
        return phase switch
        {
            LeasePhase.Waiting => "waiting",
            LeasePhase.Preparing => "preparing",
            LeasePhase.Running => "running",
            _ => throw new UnreachableException($"phase {phase}"),
        };
    }
}
