using System.Buffers;
using System.Security.Cryptography;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>Collects bytes among which there is a secret: in memory that is not moved, and overwritten whenever it is left.</summary>
internal sealed class SecretWriter(int capacity) : IBufferWriter<byte>, IDisposable
{
    private const int MinCapacity = 256;

    private byte[] _buffer = GC.AllocateArray<byte>(Math.Max(capacity, MinCapacity), pinned: true);

    /// <summary>How many bytes there are so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written so far.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>The same, for writers that wait.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, Length);

    /// <inheritdoc />
    public void Advance(int count) => Length += count;

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = Length + Math.Max(sizeHint, 1);
        if (needed > _buffer.Length)
        {
            var larger = GC.AllocateArray<byte>(Math.Max(needed, 2 * _buffer.Length), pinned: true);
            Written.CopyTo(larger);
            CryptographicOperations.ZeroMemory(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory(Length);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Leaves out the first bytes.</summary>
    public void Drop(int count)
    {
        Written[count..].CopyTo(_buffer);
        CryptographicOperations.ZeroMemory(_buffer.AsSpan(Length - count, count));
        Length -= count;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Length = 0;
        CryptographicOperations.ZeroMemory(_buffer);
    }
}
