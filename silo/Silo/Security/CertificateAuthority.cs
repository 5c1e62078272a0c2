using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansHybrid.Abstractions.Gateway;

namespace OrleansHybrid.Silo.Security;

/// <summary>The authority of one installation: makes the certificates by which silos, apps and runners know each other.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const int SerialLength = 16;

    /// <summary>How long an authority is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    /// <summary>How long what it makes is good.</summary>
    public static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(365);

    // Other machines' clocks may be behind.
    private static readonly TimeSpan Leeway = TimeSpan.FromHours(1);

    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");

    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>Its certificate, which is public.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>Its key: it can issue certificates of silos.</summary>
    public string KeyPem
    {
        get
        {
            using var key = _certificate.GetECDsaPrivateKey()!;
            return key.ExportPkcs8PrivateKeyPem();
        }
    }

    /// <summary>Makes a new one.</summary>
    public static CertificateAuthority Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = RequestFor($"Orleans.Hybrid authority {RandomNumberGenerator.GetHexString(8, lowercase: true)}", key);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new CertificateAuthority(request.CreateSelfSigned(now - Leeway, now + Lifetime));
    }

    /// <summary>One that was made before.</summary>
    public static CertificateAuthority Read(string certificatePem, string keyPem) =>
        new(X509Certificate2.CreateFromPem(certificatePem, keyPem));

    /// <summary>Makes a certificate for what <paramref name="role"/> does: silos listen and connect, all others connect only.</summary>
    public NewCertificate Issue(string role, string name, DateTimeOffset now) => Issue(
        role, name, now - Leeway, now + CertificateLifetime, role == CertificateRoles.Silo ? [ServerUse, ClientUse] : [ClientUse]);

    /// <summary>Makes a certificate with other times or uses than the usual; it ends with the authority at the latest.</summary>
    public NewCertificate Issue(string role, string name, DateTimeOffset from, DateTimeOffset until, OidCollection uses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = RequestFor(name, key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(role);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, critical: false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var (first, last) = (new DateTimeOffset(_certificate.NotBefore), new DateTimeOffset(_certificate.NotAfter));
        using var made = request.Create(
            _certificate, from > first ? from : first, until < last ? until : last, RandomNumberGenerator.GetBytes(SerialLength));
        return new NewCertificate(made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => _certificate.Dispose();

    private static CertificateRequest RequestFor(string name, ECDsa key)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        return new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
    }
}

/// <summary>A certificate and its key, in PEM.</summary>
internal sealed record NewCertificate(string CertificatePem, string KeyPem);
