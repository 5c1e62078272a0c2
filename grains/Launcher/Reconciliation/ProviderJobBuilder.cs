using System.Data.Common;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Launcher.Reconciliation;

/// <summary>A job that may be sent; or why none may, and whether that may change.</summary>
internal sealed record BuiltJob(ProviderJob? Job, string PolicyVersion, ProviderErrorKind ErrorKind = default, string Reason = "");

/// <summary>
/// Builds the jobs that are sent with the key: script, image, machine and limit from this silo's own policy, and only for a launch that the
/// audit has, with values that the policy allows, within its caps and its budget. What the launcher says beyond that counts for nothing.
/// </summary>
internal sealed class ProviderJobBuilder(Func<LauncherPolicy> policy, AuditProjection audit)
{
    // A second attempt comes after a fault of the provider's, and no third.
    private const int MaxAttempts = 2;

    private const int IdDigits = 24;
    private const int MarkerDigits = 32;
    private const int MarkDigits = 8;

    /// <summary>How many jobs may be active on the account at once.</summary>
    public int MaxActiveJobs => policy().Profile.Caps.Account;

    /// <summary>The job of a submission, or the objection to it.</summary>
    public async Task<BuiltJob> BuildAsync(ProviderCommand command, CancellationToken cancellationToken)
    {
        var now = policy();
        if (FindMalformedField(command) is { } malformed)
        {
            return Forbidden(now, malformed);
        }

        try
        {
            return await audit.QueryAsync(
                command.Launch!.AuditSequence,
                (launches, moment) => FindObjection(now, command, launches, moment) ?? new BuiltJob(Job(now, command), now.Version),
                cancellationToken);
        }
        catch (DbException ex) when (ex.IsTransient)
        {
            return new BuiltJob(null, now.Version, ProviderErrorKind.Busy, "the audit can't be read");
        }
    }

    private static ProviderJob Job(LauncherPolicy policy, ProviderCommand command)
    {
        var (terms, launch) = (policy.Profile, command.Launch!);
        var script = policy.Script.Fill(launch.CommitHash, launch.Parameters, launch.Marker);
        return new ProviderJob(command.Label, terms.Image, script, terms.MachineType, terms.Nodes, terms.Limit - launch.RanBefore);
    }

    private static BuiltJob? FindObjection(LauncherPolicy policy, ProviderCommand command, AuditedLaunches launches, DateTimeOffset now)
    {
        var (rules, launch) = (policy.Rules, command.Launch!);
        return launches.Find(command.LaunchId) is not { HasEnded: false } audited || audited.CredentialId != launch.CredentialId
            || audited.CommitHash != launch.CommitHash ? Forbidden(policy, "the audit has no such launch that lives")
            : !policy.Profile.Enabled ? Forbidden(policy, "launching is switched off")
            : !rules.IsKnownCredential(launch.CredentialId, now) ? Forbidden(policy, "credential")
            : rules.Check(launch.CredentialId, launch.CommitHash, launch.Parameters, null, force: false) is { } problem
                ? Forbidden(policy, $"{problem.Field} {problem.Rule}")
            : launch.Parameters.Count != rules.Parameters.Count ? Forbidden(policy, "a parameter is missing")
            : launch.RanBefore < TimeSpan.Zero || launch.RanBefore >= policy.Profile.Limit ? Forbidden(policy, "no time is left")
            : launches.IsOverBudget(audited, policy.Profile) ? Forbidden(policy, "budget")
            : launches.IsOverQuota(audited, policy.Profile) ? new BuiltJob(null, policy.Version, ProviderErrorKind.Busy, "as many live as may")
            : null;
    }

    // The label and the marker go into what is sent as they are.
    private static string? FindMalformedField(ProviderCommand command) =>
        command.Launch is not { CredentialId: not null, CommitHash: not null, Parameters: not null, Marker: not null } launch
            || launch.Parameters.Values.Any(value => value is null) ? "nothing to be launched"
        : !IsHex(command.LaunchId, IdDigits) ? "launch id"
        : command.Attempt is < 1 or > MaxAttempts ? "attempt"
        : !IsHex(launch.Marker, MarkerDigits) ? "marker"
        : !IsLabel(command) ? "label"
        : null;

    private static bool IsLabel(ProviderCommand command)
    {
        var end = $"{command.LaunchId}:a{command.Attempt}";
        if (command.Label?.StartsWith(LaunchStateMachine.LabelPrefix, StringComparison.Ordinal) != true || !command.Label.EndsWith(end, StringComparison.Ordinal))
        {
            return false;
        }

        // Launches of the first ledgers have no mark of their launcher.
        var mark = command.Label[LaunchStateMachine.LabelPrefix.Length..^end.Length];
        return mark.Length == 0 || (mark.EndsWith(':') && IsHex(mark[..^1], MarkDigits));
    }

    private static bool IsHex(string? text, int digits) => text?.Length == digits && text.All(char.IsAsciiHexDigitLower);

    private static BuiltJob Forbidden(LauncherPolicy policy, string reason) => new(null, policy.Version, ProviderErrorKind.Forbidden, reason);
}
