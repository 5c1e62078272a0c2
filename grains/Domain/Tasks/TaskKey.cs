namespace Orleans.Hybrid.Domain.Tasks;

/// <summary>What makes a second request to queue find the task of the first, within one project.</summary>
public readonly record struct TaskKey(TaskKeyKind Kind, string Text)
{
    /// <summary>The longest key.</summary>
    public const int Longest = 255;

    /// <summary>How long a task holds an idempotency key.</summary>
    public static readonly TimeSpan IdempotencyTime = TimeSpan.FromHours(24);
}

/// <summary>How long a task holds a key.</summary>
public enum TaskKeyKind
{
    /// <summary>For a day, whatever becomes of the task: for callers that can't know whether their first request arrived.</summary>
    Idempotency = 0,

    /// <summary>As long as the task waits: for work that need not be waiting twice.</summary>
    Unique = 1,
}
