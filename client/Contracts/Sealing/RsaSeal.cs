using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>
/// Form R, the sealed payload of the released clients: standard base64 of an AES-128 key under RSA-OAEP with SHA-1 (as long as the modulus),
/// AES-GCM ciphertext, tag (16 bytes) and nonce (12 bytes, last), with no associated data. Its key is public: it keeps a payload secret
/// and proves nothing about who sent it.
/// </summary>
public static class RsaSeal
{
    private const int CipherKeyBytes = 16;
    private const int NonceBytes = 12;

    /// <summary>Seals a payload under a fresh key and nonce.</summary>
    /// <param name="plaintext">The payload as the task is to see it.</param>
    /// <param name="publicKey">The public half of the key that the cluster's runners hold.</param>
    /// <returns>One line of padded base64.</returns>
    public static string Seal(ReadOnlySpan<byte> plaintext, RSA publicKey)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        Span<byte> cipherKey = stackalloc byte[CipherKeyBytes];
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RandomNumberGenerator.Fill(cipherKey);
        RandomNumberGenerator.Fill(nonce);
        var wrapped = publicKey.Encrypt(cipherKey, RSAEncryptionPadding.OaepSHA1);
        var envelope = new byte[wrapped.Length + plaintext.Length + SymmetricKey.TagBytes + NonceBytes];
        wrapped.CopyTo(envelope, 0);
        var text = envelope.AsSpan(wrapped.Length, plaintext.Length);
        var tag = envelope.AsSpan(wrapped.Length + plaintext.Length);
        nonce.CopyTo(tag[SymmetricKey.TagBytes..]);
        using var cipher = new AesGcm(cipherKey, SymmetricKey.TagBytes);
        cipher.Encrypt(nonce, plaintext, text, tag[..SymmetricKey.TagBytes]);
        CryptographicOperations.ZeroMemory(cipherKey);
        return Convert.ToBase64String(envelope);
    }

    /// <summary>Opens a sealed payload; whatever is wrong with it, the answer is the same plain no.</summary>
    /// <param name="payload">The payload as queued: any bytes; only the canonical spelling opens.</param>
    /// <param name="privateKey">The private half of the key that it was sealed with.</param>
    /// <param name="plaintext">The payload as the task is to see it; null unless all of it is as it was sealed.</param>
    public static bool TryOpen(ReadOnlySpan<byte> payload, RSA privateKey, [NotNullWhen(true)] out byte[]? plaintext)
    {
        ArgumentNullException.ThrowIfNull(privateKey);
        plaintext = null;
        var envelope = new byte[Base64.GetMaxDecodedFromUtf8Length(payload.Length)];
        var modulus = (privateKey.KeySize + 7) / 8;
        if (!CanonicalBase64.TryDecode(payload, envelope, out var length) || length < modulus + SymmetricKey.TagBytes + NonceBytes)
        {
            return false;
        }

        byte[]? cipherKey = null;
        try
        {
            cipherKey = privateKey.Decrypt(envelope.AsSpan(0, modulus), RSAEncryptionPadding.OaepSHA1);
            var opened = new byte[length - modulus - SymmetricKey.TagBytes - NonceBytes];
            var sealedText = envelope.AsSpan(modulus, opened.Length);
            var tag = envelope.AsSpan(modulus + opened.Length, SymmetricKey.TagBytes);
            using var cipher = new AesGcm(cipherKey, SymmetricKey.TagBytes);
            cipher.Decrypt(envelope.AsSpan(length - NonceBytes, NonceBytes), sealedText, tag, opened);
            plaintext = opened;
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(cipherKey);
        }
    }
}
