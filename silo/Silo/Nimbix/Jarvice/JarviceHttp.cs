using System.Net;
using System.Text.Json;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Silo.Nimbix.Keys;

namespace OrleansHybrid.Silo.Nimbix.Jarvice;

/// <summary>
/// Sends requests to the provider, and trusts nothing that comes back: bounded in time, size and depth, of the type that was promised,
/// never redirected. What fails says so in a <see cref="ProviderException"/> of our words alone.
/// </summary>
internal sealed class JarviceHttp : IDisposable
{
    private const int Piece = 16 * 1024;

    private readonly JarviceOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _places;
    private readonly HttpClient _client;

    public JarviceHttp(JarviceOptions options, TimeProvider time)
    {
        (_options, _time, _places) = (options, time, new SemaphoreSlim(options.MostCalls, options.MostCalls));
        var handler = OutboundHttp.Handler(sockets =>
        {
            sockets.ActivityHeadersPropagator = null;
            sockets.ConnectTimeout = options.ConnectTimeout;
            sockets.ResponseDrainTimeout = TimeSpan.Zero;
            sockets.SslOptions = JarviceTrust.In(options.CaFile);
        });
        _client = new HttpClient(handler) { BaseAddress = options.Base, Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose()
    {
        _client.Dispose();
        _places.Dispose();
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
                using var body = await BodyAsync(reply, "application/json", _options.LargestReply, isText: false, within);
                var rules = new JsonDocumentOptions { MaxDepth = _options.DeepestReply, AllowDuplicateProperties = false };
                using var json = JsonDocument.Parse(body.WrittenMemory, rules);
                return read(json.RootElement);
            },
            cancellationToken);

    /// <summary>Makes a call that is answered with text, as bytes: the end of it where it is too long, from the start of a line.</summary>
    public Task<SecretWriter> TextAsync(ProviderCall call, long job, HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(
            call, job, request, (reply, within) => BodyAsync(reply, "text/plain", _options.LargestText, isText: true, within), cancellationToken);

    /// <summary>Makes a call of whose answer the status is all that counts: true, or an exception.</summary>
    public Task<bool> OrderAsync(ProviderCall call, long job, HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(call, job, request, (_, _) => Task.FromResult(true), cancellationToken);

    private async Task<T> SendAsync<T>(
        ProviderCall call,
        long? job,
        HttpRequestMessage request,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        using var sent = request;
        await _places.WaitAsync(cancellationToken);
        try
        {
            using var limit = new CancellationTokenSource(_options.Timeout, _time);
            using var within = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using var reply = await _client.SendAsync(sent, HttpCompletionOption.ResponseHeadersRead, within.Token);
            return reply.StatusCode == HttpStatusCode.OK
                ? await read(reply, within.Token)
                : throw new ProviderException(call, TroubleOf(reply.StatusCode), (int)reply.StatusCode, job);
        }
        catch (Exception ex) when (ex is not ProviderException)
        {
            // Nothing of the cause goes on from here: addresses, bodies and what they echo would go with it.
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(cancellationToken)
                : new ProviderException(call, TroubleOf(ex), jobNumber: job, proxy: OutboundProxy.Default.NameFor(_options.Base));
        }
        finally
        {
            _places.Release();
        }
    }

    private static ProviderTrouble TroubleOf(HttpStatusCode status) => (int)status switch
    {
        401 => ProviderTrouble.Unauthorized,
        404 => ProviderTrouble.NotFound,
        429 or 503 => ProviderTrouble.Busy,
        408 or >= 500 => ProviderTrouble.Failed,
        >= 400 => ProviderTrouble.Refused,
        _ => ProviderTrouble.BadReply,
    };

    private static ProviderTrouble TroubleOf(Exception trouble) =>
        trouble is HttpRequestException or IOException or OperationCanceledException ? ProviderTrouble.Unreachable : ProviderTrouble.BadReply;

    private static async Task<SecretWriter> BodyAsync(
        HttpResponseMessage reply, string type, int most, bool isText, CancellationToken cancellationToken)
    {
        if (reply.Content.Headers.ContentType?.MediaType?.Equals(type, StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new InvalidDataException("another type of content than was promised");
        }

        var body = new SecretWriter(Piece);
        try
        {
            await using var stream = await reply.Content.ReadAsStreamAsync(cancellationToken);
            while (await stream.ReadAsync(body.GetMemory(Piece), cancellationToken) is > 0 and var read)
            {
                body.Advance(read);
                if (body.Length > most && !isText)
                {
                    throw new InvalidDataException("a reply larger than the limit");
                }

                if (body.Length > most + (most / 2))
                {
                    body.Drop(body.Length - most);
                }
            }

            if (body.Length > most)
            {
                body.Drop(body.Length - most + body.Written[^most..].IndexOf((byte)'\n') + 1);
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
