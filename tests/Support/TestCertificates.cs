using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Support;

/// <summary>The certificates of one installation, made by the product's own code, in a folder that goes with this process.</summary>
public sealed class TestCertificates
{
    private static readonly Lazy<TestCertificates> Made = new(() => new TestCertificates());

    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-certificates-").FullName;
    private readonly CertificateAuthority _authority = CertificateAuthority.Create(TimeProvider.System.GetUtcNow());
    private int _made;

    public TestCertificates()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_folder, recursive: true);
        Silo = Make(CertificateRoles.Silo, "silo");
        App = Make(CertificateRoles.App);
        Runner = Make(CertificateRoles.Runner);
    }

    /// <summary>The installation of this test process, made once.</summary>
    public static TestCertificates Shared => Made.Value;

    /// <summary>The certificate that all silos use; in <see cref="CertificatePaths.Folder"/> as silos want it.</summary>
    public CertificatePaths Silo { get; }

    public CertificatePaths App { get; }

    public CertificatePaths Runner { get; }

    /// <summary>One more, in a folder of its own.</summary>
    public CertificatePaths Make(string role, string name = "one")
    {
        var made = _authority.Issue(role, name, TimeProvider.System.GetUtcNow());
        return Write(made, name);
    }

    /// <summary>One that is good from a moment to another, for servers, clients or both.</summary>
    public CertificatePaths Make(string role, DateTimeOffset from, DateTimeOffset until, params string[] uses)
    {
        var oids = new OidCollection();
        foreach (var use in uses)
        {
            oids.Add(new Oid(use));
        }

        return Write(_authority.Issue(role, "one", from, until, oids), "one");
    }

    private CertificatePaths Write(NewCertificate made, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"{Interlocked.Increment(ref _made)}")).FullName;
        var paths = new CertificatePaths(folder, Path.Combine(folder, $"{name}.crt"), Path.Combine(folder, $"{name}.key"), Path.Combine(folder, "ca.crt"));
        File.WriteAllText(paths.Certificate, made.CertificatePem);
        File.WriteAllText(paths.Key, made.KeyPem);
        File.WriteAllText(paths.Authority, _authority.CertificatePem);
        return paths;
    }
}

/// <summary>Where a certificate, its key and its authority are.</summary>
public sealed record CertificatePaths(string Folder, string Certificate, string Key, string Authority)
{
    public CertificateFiles Files => new(Certificate, Key, Authority);

    /// <summary>The settings of an app or a runner that has this certificate.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("GATEWAY_CERTIFICATE_FILE", Certificate), ("GATEWAY_KEY_FILE", Key), ("GATEWAY_CA_FILE", Authority),
    ];

    public X509Certificate2 Load() => X509Certificate2.CreateFromPemFile(Certificate, Key);

    /// <summary>Puts another certificate into these files.</summary>
    public void ReplaceWith(CertificatePaths other)
    {
        File.Copy(other.Key, Key, overwrite: true);
        File.Copy(other.Certificate, Certificate, overwrite: true);
    }
}
