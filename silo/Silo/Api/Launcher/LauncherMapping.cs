using OrleansHybrid.Launcher;
using OrleansHybrid.Launcher.Domain;
using Wire = OrleansHybrid.Contracts.Launcher;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>Maps a launcher's values to the operators' types; the only place that does.</summary>
internal static class LauncherMapping
{
    /// <summary>A launcher.</summary>
    public static Wire.LauncherStatus ToContract(LauncherStatusSnapshot launcher, LauncherSummary summary)
    {
        var (caps, budget) = (launcher.Profile.Caps, launcher.Profile.Budget);
        return new Wire.LauncherStatus
        {
            Account = launcher.Account,
            PolicyVersion = launcher.PolicyVersion,
            Enabled = launcher.Profile.Enabled,
            KeyGeneration = launcher.KeyGeneration,
            KeyRefused = launcher.KeyRefused,
            Live = caps.CountOf(summary.Live.Count, summary.Orphans, summary.ForeignJobs),
            Orphans = summary.Orphans,
            ForeignJobs = summary.ForeignJobs,
            Caps = new Wire.LauncherQuota
            {
                Account = caps.Account,
                InstanceType = caps.MachineType,
                Credential = caps.Credential,
                ForeignJobs = caps.ForeignJobs,
            },
            UsedToday = summary.Today,
            UsedThisMonth = summary.ThisMonth,
            Budget = new Wire.LauncherBudget
            {
                Day = budget.Day,
                Month = budget.Month,
                CredentialDay = budget.CredentialDay,
                CredentialMonth = budget.CredentialMonth,
            },
            Nonces = summary.Nonces,
            Audit = new Wire.AuditRecordRef { Sequence = summary.AuditRecords, Hash = summary.AuditHash },
            Launches = [.. summary.Live.OrderByDescending(launch => launch.Id, StringComparer.Ordinal).Select(ToContract)],
        };
    }

    /// <summary>A launch.</summary>
    public static Wire.LaunchInfo ToContract(LaunchSnapshot launch) => new()
    {
        Id = launch.Id,
        CredentialId = launch.CredentialId,
        State = LaunchStateNames.Of(launch.Phase),
        CommitHash = launch.CommitHash,
        Verdict = LaunchStateNames.Of(launch.Verdict),
        ExitCode = launch.ExitCode,
        Attempt = launch.Attempt,
        JobNumber = launch.JobNumber,
        CreatedAt = launch.CreatedAt,
        StartedAt = launch.StartedAt,
        EndedAt = launch.EndedAt,
        Deadline = launch.Deadline,
        Cost = launch.Cost,
    };

    /// <summary>A record of the audit.</summary>
    public static Wire.AuditEntry ToContract(AuditRecord record) => new()
    {
        Sequence = record.Sequence,
        At = record.At,
        Event = ToContract(record.Event),
        Reason = record.Reason,
        Count = record.Count,
        CredentialId = record.CredentialId,
        Address = record.Address,
        Peer = record.Peer,
        CommitHash = record.CommitHash,
        LaunchId = record.LaunchId,
        JobNumber = record.JobNumber,
        MachineType = record.MachineType,
        Deadline = record.Deadline,
        Cost = record.Cost,
        PolicyVersion = record.PolicyVersion,
        KeyGeneration = record.KeyGeneration,
        Previous = record.Previous,
        Hash = record.Hash,
    };

    // A tampered row may have an unknown event: it is shown, and does not pass the check.
    private static string ToContract(AuditEvent what) => what switch
    {
        AuditEvent.Accepted => "accepted",
        AuditEvent.Refused => "refused",
        AuditEvent.Submitted => "submitted",
        AuditEvent.Cancelled => "cancelled",
        AuditEvent.Overdue => "overdue",
        AuditEvent.Orphan => "orphan",
        AuditEvent.Ended => "ended",
        _ => $"unknown ({(int)what})",
    };
}
