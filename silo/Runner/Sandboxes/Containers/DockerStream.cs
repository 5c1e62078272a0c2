using System.Buffers;
using System.Buffers.Binary;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>
/// A container's stdout and stderr on one connection: frames of an eight-byte head, whose first byte is the stream and
/// whose last four are the length, and that many bytes, in the order in which the engine received them.
/// </summary>
internal sealed class DockerStream(HttpResponseMessage response, Stream stream) : IAsyncDisposable
{
    private const int HeadLength = 8;
    private const byte StandardError = 2;
    private const int BufferLength = 64 * 1024;

    /// <summary>
    /// Hands the bytes of all frames to <paramref name="log"/> until the engine, a broken connection or
    /// <paramref name="cancellationToken"/> ends them: whichever it was, what came is all there is.
    /// </summary>
    public async Task CopyToAsync(TaskLogWriter log, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var frames = new FrameParser();
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                frames.Take(buffer.AsSpan(0, read), log);
            }
        }
        catch (Exception ex) when (ex is IOException or HttpRequestException or OperationCanceledException)
        {
            // Whether the container ended or its engine did is for the wait to say: only that one knows.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        response.Dispose();
    }

    /// <summary>Takes frames apart, wherever the reads happen to cut them.</summary>
    private sealed class FrameParser
    {
        private readonly byte[] _head = new byte[HeadLength];
        private int _headRead;
        private uint _bodyLeft;
        private OutputStream _stream;

        public void Take(ReadOnlySpan<byte> bytes, TaskLogWriter log)
        {
            while (!bytes.IsEmpty)
            {
                bytes = _bodyLeft > 0 ? bytes[TakeBody(bytes, log)..] : bytes[TakeHead(bytes)..];
            }
        }

        private int TakeBody(ReadOnlySpan<byte> bytes, TaskLogWriter log)
        {
            var length = (int)Math.Min(_bodyLeft, (uint)bytes.Length);
            log(_stream, bytes[..length]);
            _bodyLeft -= (uint)length;
            return length;
        }

        private int TakeHead(ReadOnlySpan<byte> bytes)
        {
            var length = Math.Min(HeadLength - _headRead, bytes.Length);
            bytes[..length].CopyTo(_head.AsSpan(_headRead));
            _headRead += length;
            if (_headRead == HeadLength)
            {
                _stream = _head[0] == StandardError ? OutputStream.Error : OutputStream.Out;
                _bodyLeft = BinaryPrimitives.ReadUInt32BigEndian(_head.AsSpan(HeadLength - sizeof(uint)));
                _headRead = 0;
            }

            return length;
        }
    }
}
