using OrleansHybrid.Abstractions;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>The current policy, with its secrets, rates and rejected calls, for the launcher's grain on this silo.</summary>
internal sealed class LiveLauncherPolicy(PolicyMonitor monitor, CallRateLimiter rateLimiter, RejectedCallAuditor auditor) : ILauncherPolicy
{
    /// <inheritdoc />
    public LaunchRules Rules => monitor.Current.Policy.Rules;

    /// <inheritdoc />
    public string? FindSigner(CallSignature signature, byte[] text, DateTimeOffset now) =>
        monitor.Current.Keys.FindBySignature(signature.KeyId, text, Convert.FromHexString(signature.Value), now)?.Id;

    /// <inheritdoc />
    public TimeSpan? GetRetryAfter(string credentialId) => rateLimiter.AcquireLaunch(credentialId, monitor.Current.Policy.Rates);

    /// <inheritdoc />
    public void RecordRejectedCall(CallerAddress origin, string? credentialId, string reason) => auditor.Record(origin, credentialId, reason);
}
