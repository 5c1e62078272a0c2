using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>A certificate authority of somebody's own, that no system knows.</summary>
internal sealed class TestCertificateAuthority : IDisposable
{
    /// <summary>A name that only a proxy knows an address for; every certificate is for it, too.</summary>
    public const string ControlPlaneName = "control.test";

    private readonly X509Certificate2 _root;

    public TestCertificateAuthority(string name = "Own Root")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        _root = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(90));
    }

    /// <summary>The certificate to trust, as people pass it on.</summary>
    public string Pem => _root.ExportCertificatePem();

    /// <summary>A server's certificate and key.</summary>
    public X509Certificate2 Issue(IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        names.AddDnsName(ControlPlaneName);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = TimeProvider.System.GetUtcNow();
        using var issued = request.Create(_root, now.AddDays(-1), now.AddDays(30), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    public void Dispose() => _root.Dispose();
}
