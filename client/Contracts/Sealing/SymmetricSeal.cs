using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>
/// Form S, the sealed payload of the original document: standard base64 of nonce (12 bytes), AES-GCM ciphertext and
/// tag (16 bytes), with no associated data.
/// </summary>
public static class SymmetricSeal
{
    private const int NonceBytes = 12;
    private const int Overhead = NonceBytes + SymmetricKey.TagBytes;

    /// <summary>Seals a payload under a fresh random nonce; an empty one gives 40 characters.</summary>
    /// <param name="plaintext">The payload as the task is to see it.</param>
    /// <param name="key">The key that the cluster's runners hold.</param>
    /// <returns>One line of padded base64, a third longer than the payload plus 28 bytes.</returns>
    public static string Seal(ReadOnlySpan<byte> plaintext, SymmetricKey key)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        return Seal(plaintext, key, nonce);
    }

    /// <summary>Opens a sealed payload; whatever is wrong with it, the answer is the same plain no.</summary>
    /// <param name="payload">The payload as queued: any bytes; only the canonical spelling opens.</param>
    /// <param name="key">The key that it was sealed with.</param>
    /// <param name="plaintext">The payload as the task is to see it; null unless all of it is authentic.</param>
    public static bool TryOpen(
        ReadOnlySpan<byte> payload, SymmetricKey key, [NotNullWhen(true)] out byte[]? plaintext)
    {
        ArgumentNullException.ThrowIfNull(key);
        using var cipher = key.CreateCipher();
        plaintext = null;
        var envelope = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(payload.Length));
        try
        {
            if (!CanonicalBase64.TryDecode(payload, envelope, out var length) || length < Overhead)
            {
                return false;
            }

            var opened = new byte[length - Overhead];
            cipher.Decrypt(
                envelope.AsSpan(0, NonceBytes),
                envelope.AsSpan(NonceBytes, opened.Length),
                envelope.AsSpan(length - SymmetricKey.TagBytes, SymmetricKey.TagBytes),
                opened);
            plaintext = opened;
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(envelope);
        }
    }

    internal static string Seal(ReadOnlySpan<byte> plaintext, SymmetricKey key, ReadOnlySpan<byte> nonce)
    {
        ArgumentNullException.ThrowIfNull(key);
        using var cipher = key.CreateCipher();
        var envelope = new byte[Overhead + plaintext.Length];
        nonce.CopyTo(envelope);
        cipher.Encrypt(
            nonce,
            plaintext,
            envelope.AsSpan(NonceBytes, plaintext.Length),
            envelope.AsSpan(NonceBytes + plaintext.Length));
        return Convert.ToBase64String(envelope);
    }
}
