using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Domain.Tasks;

/// <summary>A task's id: 24 lower-case hex digits that sort by the time of queueing.</summary>
public readonly record struct TaskId(string Value)
{
    /// <summary>A new id for a task queued at <paramref name="now"/>.</summary>
    public static TaskId New(DateTimeOffset now, long random) => new(TimeOrderedId.From(now, random));

    /// <summary>The lowest id of a task queued at <paramref name="time"/>.</summary>
    public static TaskId FirstAt(DateTimeOffset time) => New(time, 0);

    /// <summary>Reads an id; false for anything that can't be one.</summary>
    public static bool TryParse(string? text, out TaskId id)
    {
        id = new TaskId(text ?? "");
        return TimeOrderedId.IsWellFormed(text);
    }

    /// <inheritdoc />
    public override string ToString() => Value;
}
