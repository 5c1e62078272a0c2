using System.Data.Common;
using OrleansHybrid.Domain.Launching;

namespace OrleansHybrid.Stores.Launching;

/// <summary>Launches that have ended, and the audit, in either database.</summary>
internal sealed class LaunchStore(IDatabase database) : ILaunchStore
{
    /// <summary>Sorts after every id.</summary>
    private const string AfterAll = "g";

    public async Task AddAsync(string account, IReadOnlyList<LaunchView> ended, CancellationToken cancellationToken)
    {
        foreach (var launch in ended)
        {
            await database.WriteAsync(
                "launch_add", row => row.FieldCount, cancellationToken,
                ("account", account), ("id", launch.Id), ("credential_id", launch.CredentialId), ("commit_hash", launch.CommitHash),
                ("verdict", (int)launch.Verdict!.Value), ("exit_code", launch.ExitCode), ("attempt", launch.Attempt),
                ("job_number", launch.JobNumber), ("created_at", launch.CreatedAt.Stored()), ("started_at", launch.StartedAt?.Stored()),
                ("ended_at", launch.EndedAt!.Value.Stored()), ("deadline", launch.Deadline.Stored()),
                ("cost", AuditRows.Cents(launch.Cost)));
        }
    }

    public async Task<LaunchView?> FindAsync(string account, string id, CancellationToken cancellationToken) =>
        (await database.ReadAsync("launch", Read, cancellationToken, ("account", account), ("id", id))).SingleOrDefault();

    public Task<IReadOnlyList<LaunchView>> ListAsync(string account, string? before, int most, CancellationToken cancellationToken) =>
        database.ReadAsync("launch_list", Read, cancellationToken, ("account", account), ("before", before ?? AfterAll), ("most", most));

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

    public Task<IReadOnlyList<AuditRecord>> ReadAuditAsync(string account, long after, int most, CancellationToken cancellationToken) =>
        database.ReadAsync("audit_read", AuditRows.Read, cancellationToken, ("account", account), ("after", after), ("most", most));

    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) =>
        DateTimeOffset.FromUnixTimeMilliseconds((await database.NowAsync(cancellationToken)).Stored());

    private static LaunchView Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        CredentialId = row.GetString(1),
        CommitHash = row.GetString(2),
        Phase = LaunchPhase.Ended,
        Verdict = (LaunchVerdict)row.GetInt32(3),
        ExitCode = row.NumberOrNull(4),
        Attempt = row.GetInt32(5),
        JobNumber = row.IsDBNull(6) ? null : row.GetInt64(6),
        CreatedAt = row.Time(7),
        StartedAt = row.TimeOrNull(8),
        EndedAt = row.Time(9),
        Deadline = row.Time(10),
        Cost = row.GetInt64(11) / 100m,
    };
}
