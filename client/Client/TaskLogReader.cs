using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace OrleansHybrid.Client;

/// <summary>Reads one task's log over HTTP.</summary>
internal sealed class TaskLogReader(IronHttpClient api, string path)
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>The log from a byte on; each piece is good until the next is asked for.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(offset, cancellationToken).ConfigureAwait(false);
        if (response is null)
        {
            yield break;
        }

        // A server may pass over the range and send all of it again.
        var skip = response.StatusCode == HttpStatusCode.PartialContent ? 0 : offset;
        var request = response.RequestMessage!;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            for (int read; (read = await ReadAsync(stream, buffer, request, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                var old = (int)Math.Min(skip, read);
                skip -= old;
                yield return buffer.AsMemory(old, read - old);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The answer, its body still to be read; null when there is nothing behind the offset.</summary>
    private async Task<HttpResponseMessage?> OpenAsync(long offset, CancellationToken cancellationToken)
    {
        try
        {
            return await api.SendAsync(() => Request(offset), isReadOnly: true, cancellationToken).ConfigureAwait(false);
        }
        catch (HybridException ex) when (ex.Status == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return null;
        }
    }

    private HttpRequestMessage Request(long offset)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, api.Url(path));
        if (offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
        }

        return request;
    }

    private static async Task<int> ReadAsync(
        Stream source, byte[] buffer, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is IOException or HttpRequestException)
        {
            throw IronHttpClient.NoResponse(request, ex);
        }
    }
}
