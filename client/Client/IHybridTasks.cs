using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>
/// The tasks of one project: the same over HTTP (<see cref="HybridClient.Tasks"/>) and over grains. Safe for use from many
/// threads. Calls throw <see cref="HybridException"/>.
/// </summary>
public interface IHybridTasks
{
    /// <summary>Queues one task and gives its id; seals the payload when the client has a key.</summary>
    Task<string> EnqueueAsync(NewTask task, CancellationToken cancellationToken = default);

    /// <summary>
    /// Queues all of the tasks or none, and gives their ids in the same order; seals the payloads when the client has
    /// a key.
    /// </summary>
    Task<IReadOnlyList<string>> EnqueueAsync(IReadOnlyList<NewTask> tasks, CancellationToken cancellationToken = default);

    /// <summary>One task as it is now.</summary>
    Task<TaskInfo> GetAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Ends the task; does nothing to one that has ended.</summary>
    Task CancelAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until the task has ended and returns it. Over HTTP the server sends an event; where it does not, the task is
    /// polled, often at first and every second later. Survives a restart of the server. Cancelling does not affect the task.
    /// </summary>
    Task<TaskInfo> WaitAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Copies the log so far, bytes as the program wrote them; status 404 while there is none yet.</summary>
    Task CopyLogAsync(string taskId, Stream destination, CancellationToken cancellationToken = default);

    /// <summary>
    /// Copies the log while it is being written, and gives the task once it has ended and all of its log is copied. When
    /// a runner was lost, the log of the next attempt follows from its beginning.
    /// </summary>
    Task<TaskInfo> FollowLogAsync(string taskId, Stream destination, CancellationToken cancellationToken = default);
}
