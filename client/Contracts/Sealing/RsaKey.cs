using System.Security.Cryptography;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>
/// An RSA key, kept as its bytes: each caller gets an <see cref="RSA"/> of its own, since one must not be shared between threads.
/// </summary>
internal sealed class RsaKey : IDisposable
{
    private readonly byte[] _der;
    private readonly bool _isPrivate;
    private bool _disposed;

    private RsaKey(byte[] der, bool isPrivate, string id) => (_der, _isPrivate, Id) = (der, isPrivate, id);

    /// <summary>The id of the pair: the beginning of its public half's SHA-256.</summary>
    public string Id { get; }

    /// <summary>A copy of the public half.</summary>
    public static RsaKey FromPublicKey(RSA rsa)
    {
        var der = rsa.ExportSubjectPublicKeyInfo();
        return new RsaKey(der, isPrivate: false, ComputeId(der));
    }

    /// <summary>A copy of the private key.</summary>
    public static RsaKey FromPrivateKey(RSA rsa)
    {
        var exported = rsa.ExportPkcs8PrivateKey();

        // Pinned, so that the collector leaves no copies behind that Dispose can't reach.
        var der = GC.AllocateUninitializedArray<byte>(exported.Length, pinned: true);
        exported.CopyTo(der, 0);
        CryptographicOperations.ZeroMemory(exported);
        return new RsaKey(der, isPrivate: true, ComputeId(rsa.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>The key for one use by one thread; dispose it.</summary>
    public RSA CreateRsa()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var rsa = RSA.Create();
        if (_isPrivate)
        {
            rsa.ImportPkcs8PrivateKey(_der, out _);
        }
        else
        {
            rsa.ImportSubjectPublicKeyInfo(_der, out _);
        }

        return rsa;
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_der);
    }

    private static string ComputeId(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey).AsSpan(0, KeyIds.ByteLength));
}
