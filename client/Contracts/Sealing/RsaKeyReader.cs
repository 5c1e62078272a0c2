using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>Reads RSA keys.</summary>
internal static class RsaKeyReader
{
    private const int MinKeyBits = 2048;
    private const string Remedy = "`hybrid keygen --rsa` makes a good pair";

    /// <summary>The private key in a PEM block.</summary>
    public static bool TryReadPrivateKey(string label, byte[]? bytes, [NotNullWhen(true)] out RsaKey? key, out string problem) => TryRead(
        bytes,
        label switch
        {
            "PRIVATE KEY" => (rsa, der) => rsa.ImportPkcs8PrivateKey(der, out _),
            "RSA PRIVATE KEY" => (rsa, der) => rsa.ImportRSAPrivateKey(der, out _),
            _ => null,
        },
        label.Contains("PUBLIC", StringComparison.Ordinal)
            ? "this is a public key: a runner needs the private one"
            : $"\"{label}\" is no kind of key that can be read: PRIVATE KEY and RSA PRIVATE KEY are, without a passphrase",
        RsaKey.FromPrivateKey,
        out key,
        out problem);

    /// <summary>The public key in a PEM block.</summary>
    public static bool TryReadPublicKey(string label, byte[]? bytes, [NotNullWhen(true)] out RsaKey? key, out string problem) => TryRead(
        bytes,
        label switch
        {
            "PUBLIC KEY" => (rsa, der) => rsa.ImportSubjectPublicKeyInfo(der, out _),
            "RSA PUBLIC KEY" => (rsa, der) => rsa.ImportRSAPublicKey(der, out _),
            _ => null,
        },
        label.Contains("PRIVATE", StringComparison.Ordinal)
            ? "this is a private key: it belongs to the runners, and payloads are sealed with the public one"
            : $"\"{label}\" is no kind of key that can be read: PUBLIC KEY and RSA PUBLIC KEY are",
        RsaKey.FromPublicKey,
        out key,
        out problem);

    private static bool TryRead(
        byte[]? bytes,
        Action<RSA, byte[]>? import,
        string otherwise,
        Func<RSA, RsaKey> copy,
        [NotNullWhen(true)] out RsaKey? key,
        out string problem)
    {
        key = null;
        if (import is null || bytes is null)
        {
            problem = import is null ? otherwise : $"what stands between its lines is no base64; {Remedy}";
            return false;
        }

        using var rsa = RSA.Create();
        try
        {
            import(rsa, bytes);
        }
        catch (CryptographicException)
        {
            problem = $"it is no whole RSA key; {Remedy}";
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }

        if (rsa.KeySize < MinKeyBits)
        {
            problem = $"it has {rsa.KeySize} bits, and fewer than {MinKeyBits} are too few; {Remedy}";
            return false;
        }

        (key, problem) = (copy(rsa), "");
        return true;
    }
}
