using OrleansHybrid.Silo.Http.Launcher;
using OrleansHybrid.Silo.Nimbix.Keys;
using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix;

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
