using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OrleansHybrid.Silo.Nimbix.Keys;

namespace OrleansHybrid.Silo.Nimbix.Policy;

/// <summary>
/// A policy with what it names: the secrets, and the certificate where it has one. What was read stays together and is
/// replaced together.
/// </summary>
internal sealed class LoadedPolicy(LauncherPolicy policy, Keyring keys, SslStreamCertificateContext? certificate) : IDisposable
{
    /// <summary>The policy.</summary>
    public LauncherPolicy Policy => policy;

    /// <summary>The secrets of its credentials.</summary>
    public Keyring Keys => keys;

    /// <summary>What it shows to callers over TLS.</summary>
    public SslStreamCertificateContext? Certificate => certificate;

    private string? Found { get; init; } = certificate?.TargetCertificate.Thumbprint;

    /// <summary>Reads the policy in a file, and nothing that it names, or throws <see cref="PolicyProblem"/>.</summary>
    public static LauncherPolicy PolicyIn(string file) => PolicyText.Parse(TextOf(file));

    /// <summary>Reads the policy in a file and all that it names, or throws <see cref="PolicyProblem"/>.</summary>
    public static LoadedPolicy Read(string file, CallerSecrets secrets, Scrubber scrubber)
    {
        var policy = PolicyIn(file);
        try
        {
            var certificate = policy.Door.Tls is { } tls ? CertificateOf(tls, policy.SecretFileMode) : null;
            var keys = Keyring.Of(policy.Credentials, source => secrets.Read(source, policy.SecretFileMode), scrubber);
            return new LoadedPolicy(policy, keys, certificate);
        }
        catch (SecretRefusedException ex)
        {
            throw new PolicyProblem(null, $"{ex.Message}.");
        }
    }

    /// <summary>True when nothing differs from another.</summary>
    public bool IsAs(LoadedPolicy other) =>
        policy.Version == other.Policy.Version
        && keys.IsAs(other.Keys)
        && Found == other.Found;

    /// <summary>The same for a silo that runs: what it is built on stays as it was until the next start.</summary>
    public LoadedPolicy After(LoadedPolicy before) => new(
        policy with
        {
            Account = before.Policy.Account,
            Provider = before.Policy.Provider,
            Jarvice = before.Policy.Jarvice,
            Executor = before.Policy.Executor,
            Door = policy.Door with { Listen = before.Policy.Door.Listen },
        },
        keys,
        certificate ?? before.Certificate)
    {
        Found = Found,
    };

    /// <summary>Overwrites the secrets.</summary>
    public void Dispose() => keys.Dispose();

    private static string TextOf(string file)
    {
        try
        {
            return SecretFile.ReadText(file, PolicyYaml.Longest);
        }
        catch (SecretRefusedException ex)
        {
            throw new PolicyProblem(null, $"{ex.Message}.");
        }
    }

    private static SslStreamCertificateContext CertificateOf(TlsFiles tls, UnixFileMode accepted)
    {
        // Its key is as secret as the others, and nobody else may change either.
        using var key = SecretFile.Read(tls.Key, accepted).Content;
        var text = SecretFile.ReadText(tls.Certificate, PolicyYaml.Longest);
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
            throw new PolicyProblem(null, "certificate_file or key_file can't be read, or they do not belong together: both must be PEM.");
        }
        finally
        {
            Array.Clear(letters);
        }
    }
}
