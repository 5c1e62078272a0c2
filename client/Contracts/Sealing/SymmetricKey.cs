using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>An AES key of 128, 192 or 256 bits, shared by those who queue tasks and their runners.</summary>
public sealed class SymmetricKey : IDisposable
{
    internal const int TagBytes = 16;

    private const string Remedy = "`hybrid keygen` makes a good one";

    private readonly byte[] _bytes;
    private bool _disposed;

    private SymmetricKey(byte[] bytes)
    {
        _bytes = bytes;
        Id = Convert.ToHexStringLower(DeriveKey("orleans-hybrid/key-id", [], KeyIds.ByteLength));
    }

    /// <summary>The key's id: 16 hex digits that reveal nothing else about it.</summary>
    public string Id { get; }

    /// <summary>
    /// Reads a key as 32, 48 or 64 hex digits of either case, with white space around it and openssl's <c>key=</c>
    /// before it allowed. Guessable keys are rejected.
    /// </summary>
    /// <param name="text">The key as configured.</param>
    /// <param name="key">The key; dispose it to wipe it from memory.</param>
    /// <param name="problem">Why the text is no usable key, and the remedy; never holds any of the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SymmetricKey? key, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text.AsSpan(), out key, out problem);
    }

    /// <summary>As for a string, of a text that its owner can wipe: no copy of it is made but the key.</summary>
    /// <param name="text">The key as configured.</param>
    /// <param name="key">The key; dispose it to wipe it from memory.</param>
    /// <param name="problem">Why the text is no usable key, and the remedy; never holds any of the text.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SymmetricKey? key, out string problem)
    {
        key = null;
        var digits = Digits(text);
        if (digits.Length is not (32 or 48 or 64))
        {
            problem = $"a key is 32, 48 or 64 hex digits, this has {digits.Length} characters; {Remedy}";
            return false;
        }

        // Pinned, so that the collector leaves no copies behind that Dispose can't reach.
        var bytes = GC.AllocateUninitializedArray<byte>(digits.Length / 2, pinned: true);
        var read = Convert.FromHexString(digits, bytes, out _, out _);
        problem = read == OperationStatus.Done ? FindWeakness(bytes) : $"a key has hex digits only (0-9, a-f); {Remedy}";
        if (problem.Length > 0)
        {
            CryptographicOperations.ZeroMemory(bytes);
            return false;
        }

        key = new SymmetricKey(bytes);
        return true;
    }

    /// <summary>Wipes the key; sealing and opening with it then throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    internal AesGcm CreateCipher()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new AesGcm(_bytes, TagBytes);
    }

    /// <summary>Derives bytes for one purpose, which reveal nothing about the key or about those for another purpose.</summary>
    internal byte[] DeriveKey(string purpose, ReadOnlySpan<byte> salt, int bytes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var subkey = new byte[bytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, subkey, salt, Encoding.ASCII.GetBytes(purpose));
        return subkey;
    }

    private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> text)
    {
        var trimmed = text.Trim();
        return trimmed.StartsWith("key=", StringComparison.OrdinalIgnoreCase) ? trimmed[4..].Trim() : trimmed;
    }

    private static string FindWeakness(ReadOnlySpan<byte> bytes) =>
        WeakKeys.FindProblem(bytes) is { } problem ? $"{problem}; {Remedy}" : "";
}
