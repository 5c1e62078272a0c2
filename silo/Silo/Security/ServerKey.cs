using System.Security.Cryptography;
using System.Text;

namespace Orleans.Hybrid.Silo.Security;

/// <summary>
/// The key under which secrets are stored that must be shown again. All silos on one database have the same one; it
/// never goes into the database.
/// </summary>
internal sealed class ServerKey : IDisposable
{
    /// <summary>How long a key is, in bytes.</summary>
    public const int Length = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[] _key;
    private readonly AesGcm _cipher;

    public ServerKey(byte[] key)
    {
        _key = key;
        _cipher = new AesGcm(key, TagLength);
        Fingerprint = HMACSHA256.HashData(key, "Orleans.Hybrid server key"u8);
    }

    /// <summary>Tells keys apart without giving anything of them away.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>A key for one purpose only, the same on every silo; it tells nothing of this one.</summary>
    public ServerKey Subkey(string purpose) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Length, info: Encoding.UTF8.GetBytes(purpose)));

    /// <summary>Encrypts text for one place: it opens under the same <paramref name="place"/> only.</summary>
    public byte[] Seal(string text, string place)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        _cipher.Encrypt(
            box.AsSpan(0, NonceLength),
            plain,
            box.AsSpan(NonceLength, plain.Length),
            box.AsSpan(NonceLength + plain.Length),
            Encoding.UTF8.GetBytes(place));
        return box;
    }

    /// <summary>
    /// Decrypts what <see cref="Seal"/> made; throws <see cref="CryptographicException"/> for anything else.
    /// </summary>
    public string Open(byte[] box, string place)
    {
        if (box.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("This was not sealed by a server key.");
        }

        var plain = new byte[box.Length - NonceLength - TagLength];
        _cipher.Decrypt(
            box.AsSpan(0, NonceLength),
            box.AsSpan(NonceLength, plain.Length),
            box.AsSpan(NonceLength + plain.Length),
            plain,
            Encoding.UTF8.GetBytes(place));
        return Encoding.UTF8.GetString(plain);
    }

    public void Dispose() => _cipher.Dispose();
}
