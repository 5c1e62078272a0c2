using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Silo.Launcher.Policy;
using OrleansHybrid.Silo.Launcher.Secrets;

namespace OrleansHybrid.Silo.Launcher;

/// <summary>The policy that holds now, and the key's generation, for operators.</summary>
internal sealed class LauncherStatusProvider(PolicyMonitor monitor, ApiKeyStore? keyStore) : ILauncherStatusProvider
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
