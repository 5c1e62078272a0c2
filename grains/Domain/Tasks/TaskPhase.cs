namespace OrleansHybrid.Domain.Tasks;

/// <summary>Where a task stands. The numbers are stored; the last four are final.</summary>
public enum TaskPhase
{
    /// <summary>Waiting, now or until its due time; also leased but not begun.</summary>
    Queued = 0,

    /// <summary>A runner is pulling the image.</summary>
    Preparing = 1,

    /// <summary>The program has started.</summary>
    Running = 2,

    /// <summary>Ended with exit code 0.</summary>
    Complete = 3,

    /// <summary>Ended otherwise, or could not run.</summary>
    Error = 4,

    /// <summary>Cancelled by a caller.</summary>
    Cancelled = 5,

    /// <summary>Took longer than its timeout.</summary>
    Timeout = 6,
}

/// <summary>Questions about a <see cref="TaskPhase"/>.</summary>
public static class TaskPhases
{
    /// <summary>True for a phase that never changes again.</summary>
    public static bool IsFinal(this TaskPhase phase) => phase >= TaskPhase.Complete;
}
