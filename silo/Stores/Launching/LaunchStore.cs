using System.Data.Common;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Stores.Launching;

/// <summary>Launches that have ended, and the audit, in either database.</summary>
internal sealed class LaunchStore(IDatabase database) : ILaunchStore
{
    /// <summary>Sorts after every id.</summary>
    private const string AfterAll = "g";

    public async Task AddAsync(string account, IReadOnlyList<LaunchSnapshot> ended, CancellationToken cancellationToken)
    {
        foreach (var launch in ended)
        {
            await database.WriteAsync(
                "launch_add", row => row.FieldCount, cancellationToken,
                ("account", account), ("id", launch.Id), ("credential_id", launch.CredentialId), ("commit_hash", launch.CommitHash),
                ("verdict", (int)launch.Verdict!.Value), ("exit_code", launch.ExitCode), ("attempt", launch.Attempt),
                ("job_number", launch.JobNumber), ("created_at", launch.CreatedAt.ToStored()), ("started_at", launch.StartedAt?.ToStored()),
                ("ended_at", launch.EndedAt!.Value.ToStored()), ("deadline", launch.Deadline.ToStored()),
                ("cost", AuditRows.Cents(launch.Cost)));
        }
    }

    public async Task<LaunchSnapshot?> FindAsync(string account, string id, CancellationToken cancellationToken) =>
        (await database.ReadAsync("launch", Read, cancellationToken, ("account", account), ("id", id))).SingleOrDefault();

    public Task<IReadOnlyList<LaunchSnapshot>> ListAsync(string account, string? before, int maxCount, CancellationToken cancellationToken) =>
        database.ReadAsync("launch_list", Read, cancellationToken, ("account", account), ("before", before ?? AfterAll), ("most", maxCount));

    public async Task<long> AppendAuditAsync(string account, IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken)
    {
        // One after the other, so that a crash leaves no gap.
        var last = 0L;
        foreach (var record in records)
        {
            var stands = await database.WriteAsync("audit_add", row => row.GetString(0), cancellationToken, AuditRows.Values(account, record));
            if (stands[0] != record.Hash)
            {
                return record.Sequence - 1;
            }

            last = record.Sequence;
        }

        return last;
    }

    public Task<IReadOnlyList<AuditRecord>> ReadAuditAsync(string account, long after, int maxCount, CancellationToken cancellationToken) =>
        database.ReadAsync("audit_read", AuditRows.Read, cancellationToken, ("account", account), ("after", after), ("most", maxCount));

    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) =>
        DateTimeOffset.FromUnixTimeMilliseconds((await database.NowAsync(cancellationToken)).ToStored());

    private static LaunchSnapshot Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        CredentialId = row.GetString(1),
        CommitHash = row.GetString(2),
        Phase = LaunchPhase.Ended,
        Verdict = (LaunchVerdict)row.GetInt32(3),
        ExitCode = row.GetInt32OrNull(4),
        Attempt = row.GetInt32(5),
        JobNumber = row.IsDBNull(6) ? null : row.GetInt64(6),
        CreatedAt = row.GetTime(7),
        StartedAt = row.GetTimeOrNull(8),
        EndedAt = row.GetTime(9),
        Deadline = row.GetTime(10),
        Cost = row.GetInt64(11) / 100m,
    };
}
