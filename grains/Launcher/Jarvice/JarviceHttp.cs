using System.Net;
using System.Text.Json;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Launcher.Jarvice;

/// <summary>
/// Sends requests to the provider, and trusts nothing that comes back: bounded in time, size and depth, of the type that was promised,
/// never redirected. Failures throw a <see cref="ProviderException"/> with our own message only.
/// </summary>
internal sealed class JarviceHttp : IDisposable
{
    private const int ChunkSize = 16 * 1024;

    private readonly JarviceOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _slots;
    private readonly HttpClient _client;

    public JarviceHttp(JarviceOptions options, TimeProvider time)
    {
        (_options, _time, _slots) = (options, time, new SemaphoreSlim(options.MaxConcurrentCalls, options.MaxConcurrentCalls));
        var handler = OutboundHttp.CreateHandler(sockets =>
        {
            sockets.ActivityHeadersPropagator = null;
            sockets.ConnectTimeout = options.ConnectTimeout;
            sockets.ResponseDrainTimeout = TimeSpan.Zero;
            sockets.SslOptions = JarviceTls.CreateOptions(options.CaFile);
        });
        _client = new HttpClient(handler) { BaseAddress = options.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose()
    {
        _client.Dispose();
        _slots.Dispose();
    }

    /// <summary>Makes a call that is answered in JSON.</summary>
    public Task<T> JsonAsync<T>(
        ProviderCall call, long? job, HttpRequestMessage request, Func<JsonElement, T> read, CancellationToken cancellationToken) =>
        SendAsync(
            call,
            job,
            request,
            async (reply, within) =>
            {
                using var body = await ReadBodyAsync(reply, "application/json", _options.MaxReplyBytes, isText: false, within);
                var rules = new JsonDocumentOptions { MaxDepth = _options.MaxReplyDepth, AllowDuplicateProperties = false };
                using var json = JsonDocument.Parse(body.WrittenMemory, rules);
                return read(json.RootElement);
            },
            cancellationToken);

    /// <summary>Makes a call that is answered with text, as bytes: the end of it where it is too long, from the start of a line.</summary>
    public Task<SecretWriter> TextAsync(ProviderCall call, long job, HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(
            call, job, request, (reply, within) => ReadBodyAsync(reply, "text/plain", _options.MaxTextBytes, isText: true, within), cancellationToken);

    /// <summary>Makes a call of whose answer the status is all that counts: true, or an exception.</summary>
    public Task<bool> SendCommandAsync(ProviderCall call, long job, HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(call, job, request, (_, _) => Task.FromResult(true), cancellationToken);

    private async Task<T> SendAsync<T>(
        ProviderCall call,
        long? job,
        HttpRequestMessage request,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        using var sent = request;
        await _slots.WaitAsync(cancellationToken);
        try
        {
            using var limit = new CancellationTokenSource(_options.Timeout, _time);
            using var within = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using var reply = await _client.SendAsync(sent, HttpCompletionOption.ResponseHeadersRead, within.Token);
            return reply.StatusCode == HttpStatusCode.OK
                ? await read(reply, within.Token)
                : throw new ProviderException(call, ErrorKindOf(reply.StatusCode), (int)reply.StatusCode, job);
        }
        catch (Exception ex) when (ex is not ProviderException)
        {
            // Nothing of the cause goes on from here: addresses, bodies and what they echo would go with it.
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(cancellationToken)
                : new ProviderException(call, ErrorKindOf(ex), jobNumber: job, proxy: OutboundProxy.Default.DisplayNameFor(_options.BaseAddress));
        }
        finally
        {
            _slots.Release();
        }
    }

    private static ProviderErrorKind ErrorKindOf(HttpStatusCode status) => (int)status switch
    {
        401 => ProviderErrorKind.Unauthorized,
        404 => ProviderErrorKind.NotFound,
        429 or 503 => ProviderErrorKind.Busy,
        408 or >= 500 => ProviderErrorKind.Failed,
        >= 400 => ProviderErrorKind.Refused,
        _ => ProviderErrorKind.BadReply,
    };

    private static ProviderErrorKind ErrorKindOf(Exception ex) =>
        ex is HttpRequestException or IOException or OperationCanceledException ? ProviderErrorKind.Unreachable : ProviderErrorKind.BadReply;

    private static async Task<SecretWriter> ReadBodyAsync(
        HttpResponseMessage reply, string type, int maxBytes, bool isText, CancellationToken cancellationToken)
    {
        if (reply.Content.Headers.ContentType?.MediaType?.Equals(type, StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new InvalidDataException("another type of content than was promised");
        }

        var body = new SecretWriter(ChunkSize);
        try
        {
            await using var stream = await reply.Content.ReadAsStreamAsync(cancellationToken);
            while (await stream.ReadAsync(body.GetMemory(ChunkSize), cancellationToken) is > 0 and var read)
            {
                body.Advance(read);
                if (body.Length > maxBytes && !isText)
                {
                    throw new InvalidDataException("a reply larger than the limit");
                }

                if (body.Length > maxBytes + (maxBytes / 2))
                {
                    // One byte more than is returned, so that the length shows that the first line may be a part of one.
                    body.Drop(body.Length - maxBytes - 1);
                }
            }

            if (body.Length > maxBytes)
            {
                body.Drop(body.Length - maxBytes + body.Written[^maxBytes..].IndexOf((byte)'\n') + 1);
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }
}
