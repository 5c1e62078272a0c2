using System.Net;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>Checks of a policy that need no network.</summary>
internal static class PolicyChecks
{
    /// <summary>The callers' secrets and the certificate can be read, and lie as they should.</summary>
    public static CheckResult Secrets(LauncherPolicy policy, string file, IServiceProvider services)
    {
        try
        {
            using var loaded = PolicySnapshot.Read(file, services.GetRequiredService<CallerSecrets>(), services.GetRequiredService<SecretRedactor>());
            return policy.Credentials.Where(credential => credential.Schemes.HasFlag(CallSchemes.Plain)).Select(credential => credential.Id).ToList()
                is { Count: > 0 } plain
                ? CheckResult.Warn("secrets", $"read; {string.Join(", ", plain)} may send theirs as they are: a signed call (scheme hmac) gives none away")
                : CheckResult.Ok("secrets", $"read, {policy.Credentials.Count} of them, used for signing only");
        }
        catch (PolicyException ex)
        {
            return CheckResult.Fail("secrets", ex.Message);
        }
    }

    /// <summary>Where it listens, and who can listen to that.</summary>
    public static CheckResult Listener(LauncherPolicy policy)
    {
        var listener = policy.Listener;
        var (where, who) = (listener.Listen.Address.Equals(IPAddress.IPv6Any) ? $"all addresses, port {listener.Listen.Port}" : $"{listener.Listen}", policy.Callers.Allowed.Count);
        return listener switch
        {
            { Tls: not null } => CheckResult.Ok("listener", $"{where}, TLS, {who} addresses or networks may call"),
            { AllowPlainHttp: true } => CheckResult.Warn(
                "listener", $"{where}, plain HTTP from other hosts (allow_plain_http): whoever listens on the way learns secrets; give certificate_file and key_file"),
            _ => CheckResult.Ok("listener", $"{where}, plain HTTP on this machine only, {who} addresses or networks may call"),
        };
    }

    /// <summary>The highest cost that the launches can come to.</summary>
    public static CheckResult Limits(LauncherPolicy policy)
    {
        var terms = policy.Profile;
        var most = $"{terms.Caps.Account} at once, {terms.Limit.TotalMinutes:0.##} minutes each";
        return terms switch
        {
            { Enabled: false } => CheckResult.Warn("bounds", "enabled is false: nothing is launched"),
            { Budget.Day: null, Budget.Month: null } => CheckResult.Warn("bounds", $"{most}, and no budget of a day or a month"),
            _ => CheckResult.Ok("bounds", $"{most}, budget {terms.Budget.Day:0.##} a day, {terms.Budget.Month:0.##} a month"),
        };
    }
}
