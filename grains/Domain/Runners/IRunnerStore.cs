using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Runners;

/// <summary>The rows of runner sessions. Throws <see cref="Decisions.StoreUnavailableException"/> when the database is unavailable.</summary>
public interface IRunnerStore
{
    /// <summary>
    /// Stores a new session; with a previous one of the same cluster, ends that and moves its live leases over, in one
    /// transaction. The new one is paused when it says so or the previous one is. Answers the leases that moved; null, and
    /// nothing is stored, when its token has been revoked.
    /// </summary>
    Task<IReadOnlyList<LeaseFence>?> EnrolAsync(RunnerSession session, string? previousId, CancellationToken cancellationToken);

    /// <summary>The session with this credential, also when it has ended; null when there never was one.</summary>
    Task<RunnerSession?> FindByCredentialAsync(byte[] credentialHash, CancellationToken cancellationToken);

    /// <summary>The session; null when there never was one.</summary>
    Task<RunnerSession?> FindAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Changes the phase where it still is <paramref name="from"/>; false where it is not.</summary>
    Task<bool> SetPhaseAsync(string sessionId, RunnerPhase from, RunnerPhase to, CancellationToken cancellationToken);

    /// <summary>Pauses or resumes a session that has not ended; false when there is none. Claims that began before are written before.</summary>
    Task<bool> SetPausedAsync(string sessionId, bool paused, CancellationToken cancellationToken);

    /// <summary>The sessions of a cluster that are paused and have not ended.</summary>
    Task<IReadOnlyList<string>> ListPausedAsync(string clusterId, CancellationToken cancellationToken);

    /// <summary>Updates these sessions' last activity, and ends those without any for longer than <paramref name="timeout"/>.</summary>
    Task TouchSessionsAsync(IReadOnlyList<string> sessionIds, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>A task's attempts and their runners, from up to <paramref name="maxCount"/> of its newest events.</summary>
    Task<IReadOnlyList<TaskAttemptRecord>> ListAttemptsAsync(TaskId task, int maxCount, CancellationToken cancellationToken);

    /// <summary>A cluster's sessions that have not ended, with how many leases each holds.</summary>
    Task<IReadOnlyList<(RunnerSession Session, int Leases)>> ListAsync(string clusterId, CancellationToken cancellationToken);
}
