using Orleans.Concurrency;

namespace Orleans.Hybrid.RunnerDoor;

/// <summary>What can be ordered of a task that runs on a runner which is a silo. Keyed as <see cref="ExecutionKey"/> says.</summary>
public interface IExecutionGrain : IGrainWithStringKey
{
    /// <summary>Ends the program of this lease, if it is still the one that runs; may be lost, and the next heartbeat brings it again.</summary>
    [OneWay]
    [AlwaysInterleave]
    Task Cancel(int attempt, string token);
}

/// <summary>
/// Names executions: by session, so that a task which is handed out again never meets the activation that a lost runner left behind,
/// and by task, so that two attempts on one runner wait for each other.
/// </summary>
public static class ExecutionKey
{
    /// <summary>The key of a task's execution under a session.</summary>
    public static string Of(string sessionId, string taskId) => $"{sessionId}/{taskId}";
}
