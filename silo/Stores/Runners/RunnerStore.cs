using System.Data.Common;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Runners;

/// <summary>Runner sessions, in either database.</summary>
internal sealed class RunnerStore(IDatabase database) : IRunnerStore
{
    public async Task<IReadOnlyList<LeaseFence>?> EnrolAsync(
        RunnerSession session, string? previousId, CancellationToken cancellationToken)
    {
        // First the session itself, then the leases that move.
        var rows = await database.WriteAsync(
            "session_enrol",
            row => (Id: row.GetString(0), Attempt: row.GetInt32(1), Token: row.GetString(2)),
            cancellationToken,
            ("id", session.Id), ("cluster_id", session.ClusterId), ("credential_hash", session.CredentialHash),
            ("name", session.Name), ("version", session.Version), ("slots", session.Slots),
            ("executor", session.Executor), ("created_at", session.CreatedAt.ToStored()),
            ("token_id", session.TokenId), ("key_ids", string.Join(' ', session.KeyIds)), ("previous_id", previousId),
            ("labels", session.Labels.Text), ("paused", session.Paused ? 1 : 0));
        return rows.Count == 0
            ? null
            : [.. rows.Skip(1).Select(row => new LeaseFence(new TaskId(row.Id), row.Attempt, row.Token, session.Id))];
    }

    public async Task<RunnerSession?> FindByCredentialAsync(byte[] credentialHash, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "session_by_credential", Read, cancellationToken, ("credential_hash", credentialHash))).SingleOrDefault();

    public async Task<RunnerSession?> FindAsync(string sessionId, CancellationToken cancellationToken) =>
        (await database.ReadAsync("session", Read, cancellationToken, ("id", sessionId))).SingleOrDefault();

    public async Task<bool> SetPhaseAsync(
        string sessionId, RunnerPhase from, RunnerPhase to, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "session_phase", row => row.GetString(0), cancellationToken,
            ("to", (int)to), ("id", sessionId), ("from", (int)from))).Count == 1;

    public async Task<bool> SetPausedAsync(string sessionId, bool paused, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "session_pause", row => row.GetString(0), cancellationToken, ("paused", paused ? 1 : 0), ("id", sessionId))).Count == 1;

    public Task<IReadOnlyList<string>> ListPausedAsync(string clusterId, CancellationToken cancellationToken) => database.ReadAsync(
        "sessions_paused", row => row.GetString(0), cancellationToken, ("cluster_id", clusterId));

    public async Task TouchSessionsAsync(IReadOnlyList<string> sessionIds, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var now = await database.NowAsync(cancellationToken);
        await database.WriteAsync(
            "session_seen", row => row.FieldCount, cancellationToken,
            ("now", now.ToStored()), ("ids", $"[{string.Join(',', sessionIds.Select(id => $"\"{id}\""))}]"),
            ("silent_since", (now - timeout).ToStored()));
    }

    public async Task<IReadOnlyList<TaskAttemptRecord>> ListAttemptsAsync(TaskId task, int maxCount, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            "task_attempts",
            ReadAttempt,
            cancellationToken, ("task_id", task.Value), ("most", maxCount));

        // What is cancelled while it runs ends then; what the lease comes to later says no more of it.
        return [.. found.DistinctBy(attempt => attempt.Number).Reverse()];
    }

    public async Task<IReadOnlyList<(RunnerSession Session, int Leases)>> ListAsync(
        string clusterId, CancellationToken cancellationToken)
    {
        var lost = await database.NowAsync(cancellationToken) - RunnerStateMachine.LostAfter;
        return await database.ReadAsync(
            "session_list",
            row => (Read(row) is var session && session.SeenAt < lost ? session with { Lost = true } : session, row.GetInt32(14)),
            cancellationToken, ("cluster_id", clusterId));
    }

    private static RunnerSession Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        ClusterId = row.GetString(1),
        CredentialHash = row.GetByteArray(2),
        Phase = (RunnerPhase)row.GetInt32(3),
        Name = row.GetString(4),
        Version = row.GetString(5),
        Slots = row.GetInt32(6),
        Executor = row.GetString(7),
        CreatedAt = row.GetTime(8),
        SeenAt = row.GetTime(9),
        TokenId = row.GetString(10),
        KeyIds = row.GetString(11).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Labels = LabelSet.Parse(row.GetString(12)),
        Paused = row.GetInt32(13) == 1,
    };

    private static TaskAttemptRecord ReadAttempt(DbDataReader row)
    {
        var attempt = new TaskAttemptRecord(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetTime(3));
        return row.IsDBNull(4)
            ? attempt
            : attempt.EndedBy(row.GetTime(4), row.GetString(5), row.GetStringOrNull(6), row.GetStringOrNull(7) ?? "");
    }
}
