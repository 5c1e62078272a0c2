using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>
/// Our own sealed payload, version 1: <c>oh1.KEYID.HEADER.NONCE.CIPHERTEXT</c>, where all but the id is base64url and the ciphertext ends
/// in a tag of 16 bytes. AES-256-GCM under a key that HKDF-SHA256 makes for this one envelope from the shared key and the header's
/// <see cref="EnvelopeHeader.Task"/>; all that stands before the nonce is associated data.
/// </summary>
public static class Envelope
{
    private const string Version = "oh1";
    private const string Purpose = "orleans-hybrid/envelope-1";
    private const int NonceBytes = 12;
    private const int CipherKeyBytes = 32;
    private const int MaxHeaderLength = 8192;

    /// <summary>True for a payload that claims to be one.</summary>
    public static bool IsEnvelope(ReadOnlySpan<byte> payload) => payload.StartsWith("oh1."u8);

    /// <summary>Seals a payload for where the header says.</summary>
    /// <param name="plaintext">The payload as the task is to see it.</param>
    /// <param name="key">The key that the cluster's runners hold.</param>
    /// <param name="header">Where and how often; its <see cref="EnvelopeHeader.Task"/> is replaced by a new one.</param>
    /// <returns>One line, a third longer than payload and header together.</returns>
    public static string Seal(ReadOnlySpan<byte> plaintext, SymmetricKey key, EnvelopeHeader header)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        ArgumentNullException.ThrowIfNull(header);
        return Seal(plaintext, key, header with { Task = EnvelopeHeader.NewTaskId() }, nonce);
    }

    /// <summary>Opens an envelope with one key of several; whatever was changed, the answer is the same plain no.</summary>
    /// <param name="payload">The payload as queued: any bytes; only the canonical spelling opens.</param>
    /// <param name="findKey">Finds the key with an id; null when there is none.</param>
    /// <param name="decrypted">The payload and what its header proves; null unless all of it is authentic.</param>
    /// <param name="keyId">The id of the key that it asks for; null when the payload has not the form of an envelope.</param>
    public static bool TryOpen(
        ReadOnlySpan<byte> payload, Func<string, SymmetricKey?> findKey, [NotNullWhen(true)] out DecryptedEnvelope? decrypted, out string? keyId)
    {
        ArgumentNullException.ThrowIfNull(findKey);
        (decrypted, keyId) = (null, null);
        if (ParsedEnvelope.TryParse(payload) is not { } parts)
        {
            return false;
        }

        keyId = parts.KeyId;
        if (findKey(keyId) is not { } key)
        {
            return false;
        }

        var plain = new byte[parts.Sealed.Length - SymmetricKey.TagBytes];
        using var cipher = CreateCipher(key, parts.Header);
        try
        {
            cipher.Decrypt(
                parts.Nonce,
                parts.Sealed.AsSpan(0, plain.Length),
                parts.Sealed.AsSpan(plain.Length),
                plain,
                Encoding.ASCII.GetBytes(parts.Associated));
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        decrypted = new DecryptedEnvelope(plain, parts.Header);
        return true;
    }

    internal static string Seal(ReadOnlySpan<byte> plaintext, SymmetricKey key, EnvelopeHeader header, ReadOnlySpan<byte> nonce)
    {
        ArgumentNullException.ThrowIfNull(key);
        var associated = $"{Version}.{key.Id}.{Base64Url.EncodeToString(header.ToJson())}";
        var text = new byte[plaintext.Length + SymmetricKey.TagBytes];
        using var cipher = CreateCipher(key, header);
        cipher.Encrypt(
            nonce, plaintext, text.AsSpan(0, plaintext.Length), text.AsSpan(plaintext.Length), Encoding.ASCII.GetBytes(associated));
        return $"{associated}.{Base64Url.EncodeToString(nonce)}.{Base64Url.EncodeToString(text)}";
    }

    private static AesGcm CreateCipher(SymmetricKey key, EnvelopeHeader header)
    {
        var once = key.DeriveKey(Purpose, Base64Url.DecodeFromChars(header.Task), CipherKeyBytes);
        try
        {
            return new AesGcm(once, SymmetricKey.TagBytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(once);
        }
    }

    /// <summary>An envelope, taken apart and not yet believed.</summary>
    private sealed record ParsedEnvelope(string KeyId, EnvelopeHeader Header, byte[] Nonce, byte[] Sealed, string Associated)
    {
        public static ParsedEnvelope? TryParse(ReadOnlySpan<byte> payload)
        {
            // Anything but ASCII becomes a character that no part may have.
            var text = Encoding.ASCII.GetString(payload);
            var words = text.Split('.', 6);
            return words is [Version, var keyId, { Length: <= MaxHeaderLength } header, var nonce, var sealed_]
                && KeyIds.IsValid(keyId)
                && CanonicalBase64.DecodeUrl(header) is { } json
                && EnvelopeHeader.TryParse(json) is { } read
                && CanonicalBase64.DecodeUrl(nonce) is { Length: NonceBytes } nonceBytes
                && CanonicalBase64.DecodeUrl(sealed_) is { Length: >= SymmetricKey.TagBytes } sealedBytes
                ? new ParsedEnvelope(keyId, read, nonceBytes, sealedBytes, text[..(Version.Length + keyId.Length + header.Length + 2)])
                : null;
        }
    }
}

/// <summary>The content of an envelope.</summary>
/// <param name="Plaintext">The payload as the task is to see it.</param>
/// <param name="Header">Where and how often it may run, as the one who sealed it said.</param>
public sealed record DecryptedEnvelope(byte[] Plaintext, EnvelopeHeader Header);
