using OrleansHybrid.Silo.Http.Launcher;
using OrleansHybrid.Silo.Nimbix.Keys;
using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix;

/// <summary>The policy that holds now, and the key's generation, for operators.</summary>
internal sealed class LiveStanding(LivePolicy live, KeyVault? vault) : ILauncherStanding
{
    /// <inheritdoc />
    public LauncherStanding Now
    {
        get
        {
            var policy = live.Current.Policy;
            return new LauncherStanding(policy.Account, policy.Version, policy.Terms, vault?.Generation, vault?.IsRefused == true);
        }
    }
}
