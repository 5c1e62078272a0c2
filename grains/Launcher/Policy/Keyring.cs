using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// The secrets of all credentials, and the only code that compares them. Presented values
/// are hashed first, with a key of this process, and every credential is compared each time: neither the
/// length nor the position of the first difference shows in the time.
/// </summary>
internal sealed class Keyring : IDisposable
{
    /// <summary>Fewest characters of a secret.</summary>
    public const int MinSecretLength = 32;

    private static readonly byte[] ProcessKey = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] DummySecret = RandomNumberGenerator.GetBytes(32);

    private readonly List<Key> _keys = [];

    private Keyring()
    {
    }

    /// <summary>
    /// All credentials with their secrets, which are this ring's from now on and shown nowhere; throws <see
    /// cref="PolicyException"/> for secrets that are none.
    /// </summary>
    public static Keyring Of(IReadOnlyList<CallerCredential> credentials, Func<SecretSource, SecretBytes> read, SecretRedactor redactor)
    {
        var ring = new Keyring();
        try
        {
            foreach (var credential in credentials)
            {
                ring.Add(credential, read(credential.Secret), redactor);
            }

            return ring;
        }
        catch
        {
            ring.Dispose();
            throw;
        }
    }

    /// <summary>The credential, of those valid now, with this secret; null when there is none.</summary>
    public CallerCredential? FindBySecret(string presented, DateTimeOffset now)
    {
        var tag = HMACSHA256.HashData(ProcessKey, Encoding.UTF8.GetBytes(presented));
        CallerCredential? found = null;
        foreach (var key in _keys)
        {
            var fits = CryptographicOperations.FixedTimeEquals(tag, key.Tag) & MayUse(key.Credential, CallSchemes.Plain, now);
            found = fits ? key.Credential : found;
        }

        return found;
    }

    /// <summary>
    /// Whose signature of a text this is, of those that may sign now; null when it is not that of the key id.
    /// </summary>
    public CallerCredential? FindBySignature(string keyId, byte[] text, byte[] signature, DateTimeOffset now)
    {
        var signer = _keys.Find(key => key.Credential.Id == keyId && MayUse(key.Credential, CallSchemes.Hmac, now));

        // For an id that is not there something is signed all the same: it takes as long.
        var wanted = HMACSHA256.HashData(signer is null ? DummySecret : signer.Secret.Span, text);
        return CryptographicOperations.FixedTimeEquals(wanted, signature) ? signer?.Credential : null;
    }

    /// <summary>True when both have the same credentials with the same secrets.</summary>
    public bool HasSameKeys(Keyring other) =>
        _keys.Select(key => key.Credential).SequenceEqual(other._keys.Select(key => key.Credential))
        && _keys.Zip(other._keys).All(pair => CryptographicOperations.FixedTimeEquals(pair.First.Tag, pair.Second.Tag));

    /// <summary>Overwrites the secrets.</summary>
    public void Dispose() => _keys.ForEach(key => key.Dispose());

    private static bool MayUse(CallerCredential credential, CallSchemes scheme, DateTimeOffset now) =>
        credential.Schemes.HasFlag(scheme) & (credential.NotBefore ?? now) <= now & now < (credential.NotAfter ?? DateTimeOffset.MaxValue);

    private void Add(CallerCredential credential, SecretBytes secret, SecretRedactor redactor)
    {
        if (!IsSecret(secret.Span))
        {
            secret.Dispose();
            throw new PolicyException(
                null,
                $"the secret of {credential.Id} is too weak: it must be at least {MinSecretLength} random printable ASCII characters, "
                + "as from openssl rand -hex 32.");
        }

        var key = new Key(credential, secret, HMACSHA256.HashData(ProcessKey, secret.Span), new SecretRegistration(redactor, secret.Span));
        var isKnown = _keys.Any(other => CryptographicOperations.FixedTimeEquals(other.Tag, key.Tag));
        _keys.Add(key);
        if (isKnown)
        {
            throw new PolicyException(
                null, $"the secret of {credential.Id} is also another credential's: give each its own, so that callers can be told apart.");
        }
    }

    // A password of one letter repeated is long, and still none.
    private static bool IsSecret(ReadOnlySpan<byte> secret)
    {
        Span<bool> seen = stackalloc bool[byte.MaxValue + 1];
        foreach (var letter in secret)
        {
            seen[letter] = true;
        }

        return secret.Length >= MinSecretLength && !secret.ContainsAnyExceptInRange((byte)'!', (byte)'~') && seen.Count(true) >= 8;
    }

    private sealed record Key(CallerCredential Credential, SecretBytes Secret, byte[] Tag, IDisposable Redaction) : IDisposable
    {
        public void Dispose()
        {
            Redaction.Dispose();
            Secret.Dispose();
            CryptographicOperations.ZeroMemory(Tag);
        }
    }
}
