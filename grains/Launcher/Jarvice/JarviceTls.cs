using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansHybrid.Launcher.Secrets;

namespace OrleansHybrid.Launcher.Jarvice;

/// <summary>Whom the silo believes that a provider is the one it says: nothing turns the question off.</summary>
internal static class JarviceTls
{
    private const int MaxFileBytes = 4 << 20;

    /// <summary>The system's authorities, and those of a file beside them.</summary>
    public static SslClientAuthenticationOptions CreateOptions(string? file)
    {
        if (file is null)
        {
            return new SslClientAuthenticationOptions();
        }

        // As without a custom policy: revocation lists are not checked.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Read(file));
        using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        policy.CustomTrustStore.AddRange(system.Certificates);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }

    private static X509Certificate2Collection Read(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(SecretFile.ReadText(file, MaxFileBytes));
        }
        catch (Exception ex) when (ex is UnusableSecretException or CryptographicException)
        {
            throw new ConfigurationException("The file of the provider's authorities", $"can't be read: {ex.Message}");
        }

        return authorities.Count > 0
            ? authorities
            : throw new ConfigurationException("The file of the provider's authorities", $"has no certificate in it: {file}");
    }
}
