using System.Data.Common;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Stores.Launching;

/// <summary>Records of the audit as rows; money is in whole cents.</summary>
internal static class AuditRows
{
    /// <summary>Money as stored.</summary>
    public static long Cents(decimal amount) => (long)(amount * 100m);

    /// <summary>What a record is stored as.</summary>
    public static (string Name, object? Value)[] Values(string account, AuditRecord record) =>
    [
        ("account", account), ("sequence", record.Sequence), ("at", record.At.ToStored()), ("event", (int)record.Event),
        ("reason", record.Reason), ("count", record.Count), ("credential_id", record.CredentialId), ("address", record.Address),
        ("peer", record.Peer), ("commit_hash", record.CommitHash), ("launch_id", record.LaunchId), ("job_number", record.JobNumber),
        ("machine_type", record.MachineType), ("deadline", record.Deadline?.ToStored()),
        ("cost", record.Cost is { } cost ? Cents(cost) : null), ("policy_version", record.PolicyVersion),
        ("key_generation", record.KeyGeneration), ("previous", record.Previous), ("hash", record.Hash),
    ];

    /// <summary>A record from its row.</summary>
    public static AuditRecord Read(DbDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        At = row.GetTime(1),
        Event = (AuditEvent)row.GetInt32(2),
        Reason = row.GetString(3),
        Count = row.GetInt32(4),
        CredentialId = row.GetString(5),
        Address = row.GetString(6),
        Peer = row.GetString(7),
        CommitHash = row.GetString(8),
        LaunchId = row.GetString(9),
        JobNumber = row.IsDBNull(10) ? null : row.GetInt64(10),
        MachineType = row.GetString(11),
        Deadline = row.GetTimeOrNull(12),
        Cost = row.IsDBNull(13) ? null : row.GetInt64(13) / 100m,
        PolicyVersion = row.GetString(14),
        KeyGeneration = row.GetString(15),
        Previous = row.GetString(16),
        Hash = row.GetString(17),
    };
}
