namespace OrleansHybrid.Domain.History;

/// <summary>
/// Walks the events of one task in their order, and notes where one may not follow those before it. The first event of an attempt that a runner
/// had tells of its claim; of the attempt that is under way, the lease does.
/// </summary>
public sealed class EventReplayer
{
    private const string Cancelled = "cancelled";

    private readonly string _task;
    private readonly List<Violation> _found = [];
    private HistoryEvent? _last;
    private HistoryEvent? _claimed;

    private EventReplayer(string task) => _task = task;

    /// <summary>The violations found in the events.</summary>
    public IReadOnlyList<Violation> Violations => _found;

    /// <summary>The last attempt that was claimed, 0 before the first.</summary>
    public int Attempt => _claimed?.Attempt ?? 0;

    /// <summary>The event by which the lease that is out was claimed; null when none is.</summary>
    public HistoryEvent? ActiveClaim { get; private set; }

    /// <summary>The first event that ended the task.</summary>
    public HistoryEvent? End { get; private set; }

    /// <summary>How many attempts were claimed.</summary>
    public int Claims { get; private set; }

    /// <summary>How many leases expired.</summary>
    public int ExpiredLeases { get; private set; }

    /// <summary>True for the kinds that end a task.</summary>
    public static bool IsEnd(string kind) => kind is "complete" or "error" or Cancelled or "timeout";

    /// <summary>Walks all of them.</summary>
    public static EventReplayer Replay(TaskHistory history)
    {
        var walk = new EventReplayer(history.Task);
        foreach (var each in history.Events)
        {
            walk.Apply(each);
        }

        if (history.Lease is { } lease && lease.Attempt > walk.Attempt)
        {
            walk.Claim(new HistoryEvent((walk._last?.Seq ?? 0) + 1, lease.ClaimedAt, lease.Attempt, "claimed"));
        }

        return walk;
    }

    private void Apply(HistoryEvent now)
    {
        if (_last is { } last && now.Seq <= last.Seq)
        {
            AddViolation("I8", "its events are not numbered upwards", last, now);
        }

        _last = now;
        if (now.ClaimedAt is not null && now.Attempt > Attempt)
        {
            Claim(now);
        }

        if (now.Attempt < Attempt)
        {
            AddViolation("I5", $"attempt {now.Attempt} was written after attempt {Attempt} had begun", _claimed, now);
        }
        else
        {
            Move(now);
        }
    }

    private void Claim(HistoryEvent now)
    {
        if (End is not null)
        {
            AddViolation("I1", $"was claimed after it had ended as {End.Kind}", End, now);
        }

        if (ActiveClaim is not null)
        {
            AddViolation("I4", $"was claimed while attempt {ActiveClaim.Attempt} still had its lease", ActiveClaim, now);
        }

        if (now.Attempt != Attempt + 1)
        {
            AddViolation("I8", $"attempt {now.Attempt} was claimed after attempt {Attempt}", _claimed, now);
        }

        (_claimed, ActiveClaim) = (now, now);
        Claims++;
    }

    private void Move(HistoryEvent now)
    {
        // What is cancelled while a runner has it ends at once; the lease goes later, by one of the three that only give it back.
        var leaves = now.Kind is "released" or "lapsed" or "finished";
        var ends = IsEnd(now.Kind);
        if (End is not null && (ends || now.Kind == "due"))
        {
            AddViolation("I1", $"had ended as {End.Kind}, and then was {now.Kind}", End, now);
        }

        if ((leaves || (ends && now.Kind != Cancelled)) && ActiveClaim is null)
        {
            AddViolation("I5", $"attempt {now.Attempt} was {now.Kind} without a lease", _claimed, now);
        }

        ExpiredLeases += now.Kind == "lapsed" || now.Cause == "lapsed" ? 1 : 0;
        ActiveClaim = leaves || (ends && now.Kind != Cancelled) ? null : ActiveClaim;
        End ??= ends ? now : null;
    }

    private void AddViolation(string invariant, string sentence, params HistoryEvent?[] events) =>
        _found.Add(new Violation(invariant, _task, sentence, [.. events.OfType<HistoryEvent>().Select(each => each.ToString())]));
}
