using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>Whom the runner believes that a control plane is the one it says: nothing turns the question off.</summary>
internal static class ControlPlaneTls
{
    /// <summary>The system's authorities, and <paramref name="authorities"/> beside them.</summary>
    public static SslClientAuthenticationOptions CreateOptions(X509Certificate2Collection? authorities)
    {
        if (authorities is null)
        {
            return new SslClientAuthenticationOptions();
        }

        // As without a custom policy: revocation lists are not checked.
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(authorities);
        using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        policy.CustomTrustStore.AddRange(system.Certificates);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }
}
