namespace OrleansHybrid.Domain.Tasks;

/// <summary>A key by which a second request to queue finds the task of the first, within one project.</summary>
public readonly record struct DeduplicationKey(DeduplicationKeyKind Kind, string Text)
{
    /// <summary>The longest key.</summary>
    public const int MaxLength = 255;

    /// <summary>How long a task holds an idempotency key.</summary>
    public static readonly TimeSpan IdempotencyWindow = TimeSpan.FromHours(24);
}

/// <summary>The assignment of keys when tasks with keys are queued together.</summary>
public static class DeduplicationKeys
{
    /// <summary>
    /// For each entry the task that it leads to: its own, or the one that holds the first of its keys that is held. Free keys
    /// are taken for that task, and count for the entries that follow.
    /// </summary>
    public static (IReadOnlyList<TaskId> Tasks, IReadOnlyDictionary<DeduplicationKey, TaskId> Taken) Resolve(
        IReadOnlyList<DeduplicatedTask> entries, IReadOnlyDictionary<DeduplicationKey, TaskId> holders)
    {
        var taken = new Dictionary<DeduplicationKey, TaskId>();
        var tasks = new List<TaskId>(entries.Count);
        foreach (var (task, keys) in entries)
        {
            var free = keys.Where(key => HolderOf(key) is null).ToList();
            tasks.Add(keys.Select(HolderOf).FirstOrDefault(holder => holder is not null) ?? task.State.Id);
            free.ForEach(key => taken[key] = tasks[^1]);
        }

        return (tasks, taken);

        TaskId? HolderOf(DeduplicationKey key) =>
            holders.TryGetValue(key, out var holder) || taken.TryGetValue(key, out holder) ? holder : null;
    }
}

/// <summary>How long a task holds a key.</summary>
public enum DeduplicationKeyKind
{
    /// <summary>For a day, however the task ends: for callers that can't know whether their first request arrived.</summary>
    Idempotency = 0,

    /// <summary>As long as the task waits: for work that need not be waiting twice.</summary>
    Unique = 1,
}
