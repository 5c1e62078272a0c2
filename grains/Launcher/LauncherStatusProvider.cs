using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Launcher.Secrets;

namespace OrleansHybrid.Launcher;

/// <summary>How this silo's launcher is set and keyed; not registered where a silo has none.</summary>
internal interface ILauncherStatusProvider
{
    /// <summary>The current status: the policy may be replaced, and the key, at any time.</summary>
    LauncherStatusSnapshot Current { get; }
}

/// <summary>
/// A launcher's account, the policy that holds, and the provider's key: a fingerprint that can't be turned back, none where this silo has
/// no key, and whether the provider rejected it.
/// </summary>
internal sealed record LauncherStatusSnapshot(
    string Account, string PolicyVersion, LaunchProfile Profile, string? KeyGeneration, bool KeyRefused);

/// <summary>The policy that holds now, and the key's generation, for operators.</summary>
internal sealed class LauncherStatusProvider(PolicyMonitor monitor, ApiKeyStore? keyStore = null) : ILauncherStatusProvider
{
    /// <inheritdoc />
    public LauncherStatusSnapshot Current
    {
        get
        {
            var policy = monitor.Current.Policy;
            return new LauncherStatusSnapshot(policy.Account, policy.Version, policy.Profile, keyStore?.KeyVersion, keyStore?.IsRejected == true);
        }
    }
}
