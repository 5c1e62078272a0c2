using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Codes;

/// <summary>All tasks of one code: held, let go, counted, cancelled.</summary>
public interface ICodeQueueStore
{
    /// <summary>Holds the waiting tasks of a code, for every claim that begins after this; false when they were held already.</summary>
    Task<bool> PauseAsync(string codeId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Lets them go; false when they were not held.</summary>
    Task<bool> ResumeAsync(string codeId, CancellationToken cancellationToken);

    /// <summary>The heads of the code's lanes in which tasks wait, held or not.</summary>
    Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string codeId, CancellationToken cancellationToken);

    /// <summary>How many tasks that were queued in a time range are in each phase; phases with none may be left out.</summary>
    Task<IReadOnlyDictionary<TaskPhase, long>> CountAsync(
        string codeId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>
    /// Orders that all unfinished tasks there are now be cancelled, and takes the order for a while; null when there are none. The
    /// order stands until <see cref="EndCancellationAsync"/>.
    /// </summary>
    Task<CodeCancellation?> BeginCancellationAsync(string codeId, DateTimeOffset busyUntil, CancellationToken cancellationToken);

    /// <summary>Takes a cancellation that no silo is working on; null when there is none.</summary>
    Task<CodeCancellation?> TakeCancellationAsync(DateTimeOffset now, DateTimeOffset busyUntil, CancellationToken cancellationToken);

    /// <summary>The next unfinished tasks of an order, after one of them or from the start.</summary>
    Task<IReadOnlyList<TaskId>> ListTasksToCancelAsync(CodeCancellation cancellation, TaskId? after, int maxCount, CancellationToken cancellationToken);

    /// <summary>Ends an order if nothing of it is left to do.</summary>
    Task EndCancellationAsync(CodeCancellation cancellation, CancellationToken cancellationToken);
}

/// <summary>An order to cancel all of a code up to <paramref name="LastTask"/>, the newest unfinished task when it was given.</summary>
public sealed record CodeCancellation(string CodeId, string ProjectId, TaskId LastTask);
