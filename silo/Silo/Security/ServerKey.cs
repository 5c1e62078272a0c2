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
    public ServerKey Subkey(string purpose) => Subkey(Encoding.UTF8.GetBytes(purpose), salt: null);

    /// <summary>The same for one message of many, which says what its salt is.</summary>
    public ServerKey Subkey(byte[] purpose, byte[]? salt)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new ServerKey(HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Length, salt, purpose));
    }

    /// <summary>
    /// Encrypts text for one purpose: it decrypts under the same <paramref name="purpose"/> only. Nonces are random: good
    /// for 2^32 texts under one key, so nothing that is made with each request is encrypted with it.
    /// </summary>
    public byte[] Seal(string plaintext, string purpose) => Seal(Encoding.UTF8.GetBytes(plaintext), purpose);

    /// <summary>The same for bytes.</summary>
    public byte[] Seal(byte[] plain, string purpose)
    {
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
    /// Decrypts what <see cref="Seal(string, string)"/> made; throws <see cref="CryptographicException"/> for anything else.
    /// </summary>
    public string Open(byte[] sealedText, string purpose) => Encoding.UTF8.GetString(OpenBytes(sealedText, purpose));

    /// <summary>The same for bytes.</summary>
    public byte[] OpenBytes(ReadOnlySpan<byte> box, string purpose)
    {
        if (box.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("This was not sealed by a server key.");
        }

        var plain = new byte[box.Length - NonceLength - TagLength];
        using var cipher = Cipher();
        cipher.Decrypt(
            box[..NonceLength], box[NonceLength..^TagLength], box[^TagLength..], plain, Encoding.UTF8.GetBytes(purpose));
        return plain;
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
