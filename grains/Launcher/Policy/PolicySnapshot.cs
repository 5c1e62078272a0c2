using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// A policy with what it names: the secrets, and the certificate where it has one. What was read stays together and is
/// replaced together.
/// </summary>
internal sealed class PolicySnapshot(LauncherPolicy policy, Keyring keys, SslStreamCertificateContext? certificate) : IDisposable
{
    /// <summary>The policy.</summary>
    public LauncherPolicy Policy => policy;

    /// <summary>The secrets of its credentials.</summary>
    public Keyring Keys => keys;

    /// <summary>The certificate shown to callers over TLS.</summary>
    public SslStreamCertificateContext? Certificate => certificate;

    private string? Thumbprint { get; init; } = certificate?.TargetCertificate.Thumbprint;

    /// <summary>Reads the policy in a file, and nothing that it names, or throws <see cref="PolicyException"/>.</summary>
    public static LauncherPolicy ReadPolicy(string file) => PolicyParser.Parse(ReadText(file));

    /// <summary>Reads the policy in a file and all that it names, or throws <see cref="PolicyException"/>.</summary>
    public static PolicySnapshot Read(string file, CallerSecrets secrets, SecretRedactor redactor)
    {
        var policy = ReadPolicy(file);
        try
        {
            var certificate = policy.Listener.Tls is { } tls ? ReadCertificate(tls, policy.SecretFileMode) : null;
            var keys = Keyring.Of(policy.Credentials, source => secrets.Read(source, policy.SecretFileMode), redactor);
            return new PolicySnapshot(policy, keys, certificate);
        }
        catch (UnusableSecretException ex)
        {
            throw new PolicyException(null, $"{ex.Message}.");
        }
    }

    /// <summary>True when nothing differs from another.</summary>
    public bool IsSameAs(PolicySnapshot other) =>
        policy.Version == other.Policy.Version
        && keys.HasSameKeys(other.Keys)
        && Thumbprint == other.Thumbprint;

    /// <summary>The same for a silo that runs: what it is built on stays as it was until the next start.</summary>
    public PolicySnapshot KeepStartupSettingsOf(PolicySnapshot before) => new(
        policy with
        {
            Account = before.Policy.Account,
            Provider = before.Policy.Provider,
            Jarvice = before.Policy.Jarvice,
            Executor = before.Policy.Executor,
            Listener = policy.Listener with { Listen = before.Policy.Listener.Listen },
        },
        keys,
        certificate ?? before.Certificate)
    {
        Thumbprint = Thumbprint,
    };

    /// <summary>Overwrites the secrets.</summary>
    public void Dispose() => keys.Dispose();

    private static string ReadText(string file)
    {
        try
        {
            return SecretFile.ReadText(file, PolicyYaml.MaxLength);
        }
        catch (UnusableSecretException ex)
        {
            throw new PolicyException(null, $"{ex.Message}.");
        }
    }

    private static SslStreamCertificateContext ReadCertificate(TlsFiles tls, UnixFileMode accepted)
    {
        // The key file must be private and not writable by others, like the other secrets.
        using var key = SecretFile.Read(tls.Key, accepted).Content;
        var text = SecretFile.ReadText(tls.Certificate, PolicyYaml.MaxLength);
        var letters = GC.AllocateArray<char>(key.Length, pinned: true);
        try
        {
            Encoding.ASCII.GetChars(key.Span, letters);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(text);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(text, letters), chain, offline: true);
        }
        catch (CryptographicException)
        {
            throw new PolicyException(null, "certificate_file or key_file can't be read, or they do not belong together: both must be PEM.");
        }
        finally
        {
            Array.Clear(letters);
        }
    }
}
