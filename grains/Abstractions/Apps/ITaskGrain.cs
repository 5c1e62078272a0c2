using Orleans.Metadata;

namespace OrleansHybrid.Abstractions.Apps;

/// <summary>
/// A task for apps inside the control plane's network. Keyed by task id, 24 hex digits; each call carries a user token, which may see the
/// task's project or not, as over HTTPS.
/// </summary>
/// <example><code>
/// await foreach (var piece in grains.GetGrain&lt;ITaskGrain&gt;(taskId).ReadLog(token, projectId, offset: 0, follow: true, cancellationToken))
/// {
///     output.Write(piece.Value?.Data ?? throw new InvalidOperationException(piece.Rejection!.Message));
/// }
/// </code></example>
[Alias("hybrid.task"), DefaultGrainType("apptask")]
public interface ITaskGrain : IGrainWithStringKey
{
    /// <summary>The task as it is now.</summary>
    [Alias("find")]
    Task<AppResult<TaskDetails>> Find(string token, string projectId);

    /// <summary>Cancels the task, for good and at once; does nothing to one that has ended. Null, or why not.</summary>
    [Alias("cancel")]
    Task<AppRejection?> Cancel(string token, string projectId);

    /// <summary>
    /// The present attempt's log from a byte on, as far as there is one. With <paramref name="follow"/> it goes on until the attempt is over;
    /// a rejection ends it, and so does the next attempt, whose log begins anew.
    /// </summary>
    [Alias("read-log")]
    IAsyncEnumerable<AppResult<TaskLogChunk>> ReadLog(
        string token, string projectId, long offset, bool follow, CancellationToken cancellationToken = default);
}
