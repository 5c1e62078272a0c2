using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>
/// The tasks of one project: the same over HTTP (<see cref="HybridClient.Tasks"/>) and over grains. Safe for use from many
/// threads. Calls throw <see cref="HybridException"/>.
/// </summary>
/// <example><code>
/// var ids = await tasks.EnqueueAsync([.. names.Select(name => new NewTask { CodeName = "resize", Payload = name })]);
/// var ended = await Task.WhenAll(ids.Select(id => tasks.WaitAsync(id, cancellationToken)));
/// var failed = ended.Where(task => task.Status != TaskStates.Complete);
/// </code></example>
public interface IHybridTasks
{
    /// <summary>Queues one task and gives its id; seals the payload when the client has a key.</summary>
    /// <returns>The task's id: 24 hex digits.</returns>
    /// <exception cref="HybridException">It was rejected, or nobody knows whether it was queued: that is not tried again.</exception>
    Task<string> EnqueueAsync(NewTask task, CancellationToken cancellationToken = default);

    /// <summary>
    /// Queues all of the tasks or none, and gives their ids in the same order; seals the payloads when the client has
    /// a key.
    /// </summary>
    /// <returns>The tasks' ids, each 24 hex digits.</returns>
    /// <exception cref="HybridException">One was rejected and none was queued, or nobody knows whether they were.</exception>
    Task<IReadOnlyList<string>> EnqueueAsync(IReadOnlyList<NewTask> tasks, CancellationToken cancellationToken = default);

    /// <summary>One task as it is now.</summary>
    /// <returns>Its status, times, and where it comes from; its log is read apart.</returns>
    /// <exception cref="HybridException">Status 404: the project has no such task.</exception>
    Task<TaskInfo> GetAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Ends the task; does nothing to one that has ended.</summary>
    /// <exception cref="HybridException">Status 404: the project has no such task.</exception>
    Task CancelAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until the task has ended and returns it. Over HTTP the server sends an event; where it does not, the task is
    /// polled, often at first and every second later. Survives a restart of the server. Cancelling does not affect the task.
    /// </summary>
    /// <returns>The task with the status that it ended with: <see cref="TaskStates.Complete"/>, error, cancelled, timeout or killed.</returns>
    /// <exception cref="HybridException">The server was away for longer than <see cref="HybridOptions.OutageTimeout"/>, or has no such task.</exception>
    Task<TaskInfo> WaitAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Copies the log so far, bytes as the program wrote them.</summary>
    /// <exception cref="HybridException">Status 404: there is no log yet, or no such task.</exception>
    Task CopyLogAsync(string taskId, Stream destination, CancellationToken cancellationToken = default);

    /// <summary>
    /// Copies the log while it is being written, and gives the task once it has ended and all of its log is copied. When
    /// a runner was lost, the log of the next attempt follows from its beginning.
    /// </summary>
    /// <returns>The task with the status that it ended with.</returns>
    /// <exception cref="HybridException">The server was away for longer than <see cref="HybridOptions.OutageTimeout"/>, or has no such task.</exception>
    Task<TaskInfo> FollowLogAsync(string taskId, Stream destination, CancellationToken cancellationToken = default);
}
