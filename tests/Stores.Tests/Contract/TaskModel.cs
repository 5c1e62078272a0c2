using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>The behaviour of a store, in a few lines: the domain's machine, a dictionary, and one list for the order.</summary>
internal sealed class TaskModel
{
    private readonly Dictionary<TaskId, TaskState> _tasks = [];
    private readonly List<TaskId> _order = [];
    private readonly Dictionary<string, int> _limits = [];

    public IReadOnlyList<TaskId> Ids => [.. _tasks.Keys];

    public IReadOnlyList<TaskId> Leased => [.. _tasks.Values.Where(task => task.Lease is not null).Select(task => task.Id)];

    public IReadOnlyList<TaskId> Delayed => [.. _tasks.Values.Where(task => task.DueAt is not null).Select(task => task.Id)];

    public IReadOnlySet<(long Lane, int Priority)> Waiting =>
        _order.Select(id => (_tasks[id].Lane, _tasks[id].Spec.Priority)).ToHashSet();

    public TaskState this[TaskId id] => _tasks[id];

    /// <summary>The comparable part of a task: all but the times, which are the database's own.</summary>
    public static TaskState Comparable(TaskState task) => task with
    {
        Lease = task.Lease is { } lease ? lease with { Until = default } : null,
        DueAt = null,
        CreatedAt = default,
        UpdatedAt = default,
        StartedAt = task.StartedAt is null ? null : default(DateTimeOffset),
        EndedAt = task.EndedAt is null ? null : default(DateTimeOffset),
        DurationMilliseconds = task.Phase == TaskPhase.Cancelled ? 0 : task.DurationMilliseconds,
    };

    /// <summary>A code that may have so many tasks leased.</summary>
    public void Limit(string code, int max) => _limits[code] = max;

    /// <summary>Takes a new task in.</summary>
    public void Queue(TaskState task)
    {
        _tasks[task.Id] = task;
        if (task.DueAt is null)
        {
            _order.Add(task.Id);
        }
    }

    /// <summary>Leases the first tasks to the slots.</summary>
    public List<LeaseFence> Claim(IReadOnlyList<ClaimSlot> slots, DateTimeOffset now)
    {
        var fences = new List<LeaseFence>();
        foreach (var id in _order.OrderByDescending(id => _tasks[id].Spec.Priority).ToArray())
        {
            if (fences.Count < slots.Count && HasRoom(_tasks[id].Spec.CodeId))
            {
                var slot = slots[fences.Count];
                _tasks[id] = TaskStateMachine.Claim(_tasks[id], slot.SessionId, slot.Token, now).State;
                _order.Remove(id);
                fences.Add(_tasks[id].Lease!.Fence);
            }
        }

        return fences;
    }

    /// <summary>Renews a lease.</summary>
    public LeaseRenewalResult Renew(Renewal renewal, DateTimeOffset now)
    {
        var task = _tasks[renewal.Fence.Task];
        var step = TaskStateMachine.Renew(task, renewal.Fence, renewal.Phase, now);
        if (step.Error is not null)
        {
            return new LeaseRenewalResult(null, Stopping: false);
        }

        var percent = task.Phase.IsFinal() ? task.Percent : renewal.Percent ?? task.Percent;
        _tasks[task.Id] = step.State with { Percent = percent };
        return new LeaseRenewalResult(TimeSpan.FromSeconds(task.Spec.LeaseSeconds), step.State.Lease!.Stopping);
    }

    /// <summary>Applies a decision, and answers why it was refused, if it was.</summary>
    public ErrorKind? Change(TaskId id, Func<TaskState, Transition<TaskState>> decide)
    {
        if (!_tasks.TryGetValue(id, out var task))
        {
            return ErrorKind.NotFound;
        }

        var step = decide(task);
        _tasks[id] = step.State;
        if (!step.Unchanged)
        {
            _order.Remove(id);
            Follow(step);
        }

        return step.Error?.Kind;
    }

    private void Follow(Transition<TaskState> step)
    {
        if (step.State is { Phase: TaskPhase.Queued, Lease: null, DueAt: null })
        {
            _order.Add(step.State.Id);
        }

        foreach (var retried in step.Effects.OfType<TaskEffect.Retried>())
        {
            Queue(retried.Task);
        }
    }

    private bool HasRoom(string code) => !_limits.TryGetValue(code, out var most)
        || _tasks.Values.Count(task => task.Lease is not null && task.Spec.CodeId == code) < most;
}
