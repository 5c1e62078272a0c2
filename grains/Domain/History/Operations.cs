namespace OrleansHybrid.Domain.History;

/// <summary>The outcome of a request, as far as its caller knows.</summary>
public enum OperationOutcome
{
    /// <summary>It was answered with 200.</summary>
    Ok,

    /// <summary>It was rejected.</summary>
    Fail,

    /// <summary>No response came: it may have been executed.</summary>
    Unknown,
}

/// <summary>One request of a workload, for one task; times in milliseconds since 1970.</summary>
/// <param name="Op"><c>queue</c>, <c>delete</c>, or another, which is only counted.</param>
/// <param name="Start">When it was sent.</param>
/// <param name="End">When its outcome was known.</param>
/// <param name="Outcome">Its outcome.</param>
/// <param name="Id">The task, where it is known.</param>
/// <param name="Key">The idempotency key that was sent along, if any.</param>
public sealed record Operation(string Op, long Start, long End, OperationOutcome Outcome, string? Id = null, string? Key = null);

/// <summary>All requests of a workload, to be compared with the tasks that are there.</summary>
public sealed class Operations
{
    private readonly Dictionary<string, string?> _queued = [];
    private readonly Dictionary<string, string> _keys = [];
    private readonly HashSet<string> _deleted = [];
    private readonly List<Violation> _found = [];
    private readonly int[] _counts = new int[3];
    private readonly List<string> _unasked = [];
    private long _firstStart = long.MaxValue;
    private long _lastEnd = long.MinValue;
    private int _unknown;

    /// <summary>How many had this outcome.</summary>
    public int Count(OperationOutcome outcome) => _counts[(int)outcome];

    /// <summary>Takes one; all of them come before the first task.</summary>
    public void Add(Operation operation)
    {
        _counts[(int)operation.Outcome]++;
        (_firstStart, _lastEnd) = (Math.Min(_firstStart, operation.Start), Math.Max(_lastEnd, operation.End));
        switch (operation)
        {
            case { Op: "queue", Outcome: OperationOutcome.Ok, Id: { } id }:
                Acknowledge(id, operation.Key);
                break;
            case { Op: "queue", Outcome: OperationOutcome.Unknown }:
                _unknown++;
                break;
            case { Op: "delete", Id: { } id, Outcome: not OperationOutcome.Fail }:
                _deleted.Add(id);
                break;
        }
    }

    /// <summary>A task is there.</summary>
    public void RecordTask(string task, HistoryRow row)
    {
        var known = _queued.Remove(task);
        if (!known && row.IsRequested && row.CreatedAt >= _firstStart && row.CreatedAt <= _lastEnd)
        {
            _unasked.Add(task);
        }
    }

    /// <summary>The violations that show once all tasks were seen.</summary>
    public IEnumerable<Violation> Complete()
    {
        var lost = _queued.Keys.Where(task => !_deleted.Contains(task))
            .Select(task => new Violation("I2", task, "was acknowledged and is not there", []));
        // Each request without a response may have created one task; which one is not known.
        var phantoms = _unasked.Skip(_unknown).Select(task => new Violation(
            "I3",
            task,
            $"is there, and no request is: {_unasked.Count} such tasks, {_unknown} requests of unknown outcome",
            []));
        return _found.Concat(lost).Concat(phantoms);
    }

    private void Acknowledge(string id, string? key)
    {
        if (key is not null && !_keys.TryAdd(key, id) && _keys[key] != id)
        {
            _found.Add(new Violation("I3", id, $"was made by a repeated request, which had made {_keys[key]}", [$"key {key}"]));
        }

        // The same task may answer a repeated request only: one that said so by the key.
        if (!_queued.TryAdd(id, key) && (key is null || _queued[id] != key))
        {
            _found.Add(new Violation("I2", id, "was returned for two requests, so one of their tasks is missing", []));
        }
    }
}
