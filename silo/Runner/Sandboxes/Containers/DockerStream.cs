using System.Buffers;
using Docker.DotNet;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>A container's stdout and stderr on one connection, in the order in which the engine received them.</summary>
internal sealed class DockerStream(HttpResponseMessage response, Stream stream) : IAsyncDisposable
{
    private const int BufferLength = 64 * 1024;

    private readonly MultiplexedStream _frames = new(stream, multiplexed: true);

    /// <summary>
    /// Hands the bytes of all frames to <paramref name="log"/> until the engine, a broken connection or
    /// <paramref name="cancellationToken"/> ends them: whichever it was, what came is all there is.
    /// </summary>
    public async Task CopyToAsync(TaskLogWriter log, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (await _frames.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken) is { EOF: false } read)
            {
                var isError = read.Target == MultiplexedStream.TargetStream.StandardError;
                log(isError ? OutputStream.Error : OutputStream.Out, buffer.AsSpan(0, read.Count));
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
        _frames.Dispose();
        response.Dispose();
    }
}
