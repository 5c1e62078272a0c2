using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>
/// A secret in memory of its own, which is never moved, so that no copy of it stays behind, and which is overwritten when it is
/// let go. Nothing writes, shows or serialises it. What sends it copies it all the same: the layers of TLS and socket do.
/// </summary>
[DebuggerDisplay("***")]
[DebuggerTypeProxy(typeof(DebugView))]
[JsonConverter(typeof(ThrowingJsonConverter))]
internal sealed class SecretBytes : IDisposable
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _bytes;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private volatile bool _isDisposed;

    public SecretBytes(ReadOnlySpan<byte> content)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(content.Length, pinned: true);
        content.CopyTo(_bytes);
    }

    /// <summary>How many bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>True once it has been overwritten.</summary>
    public bool IsDisposed => _isDisposed;

    /// <summary>The secret, for as long as this lives.</summary>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>The secret, for writers that wait.</summary>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _bytes;
        }
    }

    /// <inheritdoc />
    public override string ToString() => "***";

    /// <inheritdoc />
    public void Dispose()
    {
        _isDisposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    /// <summary>The view that a debugger shows.</summary>
    private sealed class DebugView(SecretBytes secret)
    {
        public int Length => secret.Length;
    }

    /// <summary>Lets nothing of it through System.Text.Json, in neither direction.</summary>
    private sealed class ThrowingJsonConverter : JsonConverter<SecretBytes>
    {
        public override SecretBytes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw NotSerializable();

        public override void Write(Utf8JsonWriter writer, SecretBytes value, JsonSerializerOptions options) => throw NotSerializable();

        private static NotSupportedException NotSerializable() => new("a secret is never serialised");
    }
}
