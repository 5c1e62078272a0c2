using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Runner.Link;

/// <summary>The control plane over outbound HTTPS; proxies for it come from the usual environment.</summary>
/// <param name="address">Where it is.</param>
/// <param name="time">The clock.</param>
/// <param name="authorities">Whom to trust beside the system's authorities.</param>
internal sealed class HttpControlPlane(Uri address, TimeProvider time, X509Certificate2Collection? authorities = null)
    : WireControlPlane(time), IDisposable
{
    // A claim can bring many payloads of 64 KiB; an answer beyond this is not the control plane's.
    private const int LargestAnswer = 128 * 1024 * 1024;

    private readonly TimeProvider _time = time;
    private readonly HttpClient _calls = Client(address, authorities);
    private readonly HttpClient _heartbeats = Client(address, authorities);

    protected override string Way { get; } =
        OutboundProxy.Default.NameFor(address) is { } proxy ? $" (through the proxy {proxy})" : "";

    public void Dispose()
    {
        _calls.Dispose();
        _heartbeats.Dispose();
    }

    protected override async Task<WireReply<TAnswer>> ExchangeAsync<TRequest, TAnswer>(
        Call<TRequest, TAnswer> call, string credential, TRequest request, CancellationToken cancellationToken)
    {
        using var message = Message(call.Verb, credential, JsonSerializer.SerializeToUtf8Bytes(request, call.Request));
        try
        {
            using var response = await (call.Verb == HeartbeatVerb ? _heartbeats : _calls).SendAsync(message, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var (status, wait) = ((int)response.StatusCode, RetryAfterIn(response));
            return response.IsSuccessStatusCode
                ? new WireReply<TAnswer>(status, JsonSerializer.Deserialize(body, call.Answer), null, wait)
                : new WireReply<TAnswer>(status, null, MessageIn(body), wait);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            throw new ControlPlaneException($"{call.Verb}: {ex.Message}", LinkTrouble.Passing, ex);
        }
    }

    private static string? MessageIn(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("msg").GetString();
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static HttpClient Client(Uri address, X509Certificate2Collection? authorities)
    {
        var client = new HttpClient(OutboundHttp.Handler(sockets => sockets.SslOptions = Trust.In(authorities)))
        {
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/runner/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("orleans-hybrid-runner", Product.Version));
        return client;
    }

    private static HttpRequestMessage Message(string verb, string credential, byte[] request)
    {
        // Bytes rather than a stream: some proxies want a Content-Length.
        var content = new ByteArrayContent(request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, verb)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", credential) },
            Content = content,
        };
    }

    private TimeSpan? RetryAfterIn(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - _time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }
}
