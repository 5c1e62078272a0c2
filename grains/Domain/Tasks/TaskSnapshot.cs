namespace OrleansHybrid.Domain.Tasks;

/// <summary>The parts of a task that can change while a client streams its events.</summary>
public sealed record TaskSnapshot(TaskId Id)
{
    /// <summary>Where it stands.</summary>
    public required TaskPhase Phase { get; init; }

    /// <summary>The number of the last lease.</summary>
    public required int Attempt { get; init; }

    /// <summary>True while a runner has it, which a cancelled task may outlive for a while.</summary>
    public required bool IsLeased { get; init; }

    /// <summary>Why it ended, or its progress message.</summary>
    public required string Message { get; init; }

    /// <summary>Progress in percent.</summary>
    public required int Percent { get; init; }

    /// <summary>Size of the current attempt's log, in bytes.</summary>
    public required long LogSize { get; init; }

    /// <summary>True when nothing of it will change any more, its log included.</summary>
    public bool IsOver => Phase.IsFinal() && !IsLeased;

    /// <summary>The snapshot of a task that was read whole.</summary>
    public static TaskSnapshot Of(TaskState task) => new(task.Id)
    {
        Phase = task.Phase,
        Attempt = task.Attempt,
        IsLeased = task.Lease is not null,
        Message = task.Message,
        Percent = task.Percent,
        LogSize = task.LogSize,
    };
}
