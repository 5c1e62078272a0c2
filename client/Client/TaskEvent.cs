using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>
/// An event of a task that is followed: <see cref="TaskChanged"/>, <see cref="LogAdded"/> or <see cref="LogRestarted"/>.
/// </summary>
public abstract record TaskEvent
{
    private protected TaskEvent()
    {
    }
}

/// <summary>The task as it now is: the first event, and one for each change of its status, message or progress.</summary>
public sealed record TaskChanged(TaskInfo Task) : TaskEvent;

/// <summary>
/// More of an attempt's log, bytes as the program wrote them: from <paramref name="Offset"/> on, and, where it is text, whole
/// characters.
/// </summary>
public sealed record LogAdded(int Attempt, long Offset, ReadOnlyMemory<byte> Data) : TaskEvent;

/// <summary>The runner was lost or gave the task back: the log of another attempt begins.</summary>
public sealed record LogRestarted(int Attempt) : TaskEvent;
