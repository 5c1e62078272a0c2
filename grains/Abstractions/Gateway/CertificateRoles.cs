using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansHybrid.Abstractions.Gateway;

/// <summary>The role of a certificate's holder in an installation: the only DNS name in it.</summary>
public static class CertificateRoles
{
    /// <summary>A silo of the control plane; whoever holds such a certificate is the control plane.</summary>
    public const string Silo = "silo.hybrid";

    /// <summary>An app that queues tasks.</summary>
    public const string App = "app.hybrid";

    /// <summary>A runner.</summary>
    public const string Runner = "runner.hybrid";

    internal const string ServerUse = "1.3.6.1.5.5.7.3.1";
    internal const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>Why a certificate is not believed; null when it is.</summary>
    /// <param name="certificate">The other side's certificate.</param>
    /// <param name="authorities">The only authorities whose word counts.</param>
    /// <param name="use">The use that the other side makes of it.</param>
    /// <param name="roles">The roles that may come here.</param>
    internal static string? FindProblem(
        X509Certificate2 certificate, X509Certificate2Collection authorities, string use, IReadOnlyList<string> roles)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (!chain.Build(certificate))
        {
            return chain.ChainStatus.All(each => each.Status == X509ChainStatusFlags.NotTimeValid)
                ? "its certificate is expired, or not good yet"
                : "its certificate is not from this installation's authority";
        }

        // A chain takes a certificate without this extension to be good for everything.
        var uses = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(each => each.EnhancedKeyUsages.Cast<Oid>());
        if (!uses.Any(each => each.Value == use))
        {
            return "its certificate is not for this use";
        }

        string[] names = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(each => each.EnumerateDnsNames())];
        return names is [var role] && roles.Contains(role, StringComparer.Ordinal)
            ? null
            : $"its certificate is not one for {string.Join(", ", roles)}";
    }
}
