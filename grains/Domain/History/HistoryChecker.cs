namespace OrleansHybrid.Domain.History;

/// <summary>
/// Judges a history, task by task: it keeps no task that it has seen, so that histories may be longer than memory.
/// </summary>
public sealed class HistoryChecker(Operations? operations = null, ExecutionTimeline? timeline = null)
{
    /// <summary>The invariants that can be checked with the data that there is.</summary>
    public IReadOnlyList<string> Invariants =>
    [
        "I1", "I2", .. operations is null ? (string[])[] : ["I3"], "I4", "I5", .. timeline is null ? (string[])[] : ["I6"], "I7", "I8",
    ];

    /// <summary>How many tasks were seen.</summary>
    public long Tasks { get; private set; }

    /// <summary>How many events.</summary>
    public long Events { get; private set; }

    /// <summary>How many leases.</summary>
    public long Attempts { get; private set; }

    /// <summary>How many leases expired.</summary>
    public long ExpiredLeases { get; private set; }

    /// <summary>How many tasks have ended.</summary>
    public long Ended { get; private set; }

    /// <summary>Judges the next task.</summary>
    public IReadOnlyList<Violation> Check(TaskHistory history)
    {
        var walk = EventReplayer.Replay(history);
        Tasks++;
        Events += history.Events.Count;
        Attempts += walk.Claims;
        ExpiredLeases += walk.ExpiredLeases;
        Ended += walk.End is null ? 0 : 1;
        if (history.Row is { } row)
        {
            operations?.RecordTask(history.Task, row);
        }

        return [.. walk.Violations, .. RowValidator.Validate(history, walk), .. timeline?.Check(history.Task, walk.Attempt) ?? []];
    }

    /// <summary>Violations that show only once all tasks were seen.</summary>
    public IReadOnlyList<Violation> Complete() => [.. operations?.Complete() ?? []];
}
