using Orleans.Hybrid.Silo.Http.Launcher;
using Orleans.Hybrid.Silo.Nimbix.Keys;
using Orleans.Hybrid.Silo.Nimbix.Policy;

namespace Orleans.Hybrid.Silo.Nimbix;

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
