using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Orleans.Hybrid.Client;

/// <summary>Copies one task's log piece by piece, each byte once.</summary>
internal sealed class TaskLog(IronApi api, string path, Stream destination)
{
    private const int BufferBytes = 64 * 1024;

    private long _copied;

    /// <summary>Whose log it is: another attempt's begins anew.</summary>
    public int Attempt
    {
        get;
        set => (field, _copied) = (value, value == field ? _copied : 0);
    }

    /// <summary>Copies what was added since the last call.</summary>
    public async Task CopyNewAsync(CancellationToken cancel)
    {
        HttpResponseMessage response;
        try
        {
            response = await api.SendAsync(Request, cancel).ConfigureAwait(false);
        }
        catch (HybridException none) when (none.Status == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return;
        }

        using (response)
        {
            // A server may pass over the range and send all of it again.
            var skip = response.StatusCode == HttpStatusCode.PartialContent ? 0 : _copied;
            var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                await CopyAsync(stream, skip, response.RequestMessage!, cancel).ConfigureAwait(false);
            }
        }

        await destination.FlushAsync(cancel).ConfigureAwait(false);
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, api.Url(path));
        if (_copied > 0)
        {
            request.Headers.Range = new RangeHeaderValue(_copied, null);
        }

        return request;
    }

    private async Task CopyAsync(Stream source, long skip, HttpRequestMessage request, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int read; (read = await ReadAsync(source, buffer, request, cancel).ConfigureAwait(false)) > 0;)
            {
                var old = (int)Math.Min(skip, read);
                skip -= old;
                await destination.WriteAsync(buffer.AsMemory(old, read - old), cancel).ConfigureAwait(false);
                _copied += read - old;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<int> ReadAsync(
        Stream source, byte[] buffer, HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await source.ReadAsync(buffer, cancel).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw IronApi.Silence(request, broken);
        }
    }
}
