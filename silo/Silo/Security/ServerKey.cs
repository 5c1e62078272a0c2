using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// The key under which secrets are stored that must be shown again. All silos on one database have the same one; it
/// never goes into the database. It is kept as its bytes: .NET's ciphers are not for several threads at once.
/// </summary>
internal sealed class ServerKey : IDisposable
{
    /// <summary>How long a key is, in bytes.</summary>
    public const int Length = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[] _key;
    private bool _disposed;

    public ServerKey(byte[] key)
    {
        _key = [.. key];
        Fingerprint = HMACSHA256.HashData(key, "Orleans.Hybrid server key"u8);
    }

    /// <summary>Identifies the key without revealing it.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>Derives a key for one purpose, the same on every silo; it reveals nothing of this one.</summary>
    public ServerKey Subkey(string purpose) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Length, info: Encoding.UTF8.GetBytes(purpose)));

    /// <summary>Derives so many bytes for one message under a purpose.</summary>
    public byte[] Derive(int length, byte[] salt, byte[] purpose)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, length, salt, purpose);
    }

    /// <summary>
    /// Encrypts text for one purpose: it decrypts under the same <paramref name="purpose"/> only. Nonces are random: good
    /// for 2^32 texts under one key, so nothing that is made with each request is encrypted with it.
    /// </summary>
    public byte[] Seal(string plaintext, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(plaintext);
        var box = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var cipher = Cipher();
        cipher.Encrypt(
            box.AsSpan(0, NonceLength),
            plain,
            box.AsSpan(NonceLength, plain.Length),
            box.AsSpan(NonceLength + plain.Length),
            Encoding.UTF8.GetBytes(purpose));
        return box;
    }

    /// <summary>
    /// Decrypts what <see cref="Seal"/> made; throws <see cref="CryptographicException"/> for anything else.
    /// </summary>
    public string Open(byte[] sealedText, string purpose)
    {
        if (sealedText.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("This was not sealed by a server key.");
        }

        var plain = new byte[sealedText.Length - NonceLength - TagLength];
        using var cipher = Cipher();
        cipher.Decrypt(
            sealedText.AsSpan(0, NonceLength),
            sealedText.AsSpan(NonceLength, plain.Length),
            sealedText.AsSpan(NonceLength + plain.Length),
            plain,
            Encoding.UTF8.GetBytes(purpose));
        return Encoding.UTF8.GetString(plain);
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_key);
    }

    private AesGcm Cipher()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new AesGcm(_key, TagLength);
    }
}
