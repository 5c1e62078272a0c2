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

    private readonly TimeProvider time = time;
    private readonly HttpClient calls = Client(address, authorities);
    private readonly HttpClient heartbeats = Client(address, authorities);

    protected override string Way { get; } =
        OutboundProxy.Default.NameFor(address) is { } proxy ? $" (through the proxy {proxy})" : "";

    public void Dispose()
    {
        calls.Dispose();
        heartbeats.Dispose();
    }

    protected override async Task<WireReply<TAnswer>> ExchangeAsync<TRequest, TAnswer>(
        Call<TRequest, TAnswer> call, string credential, TRequest request, CancellationToken cancel)
    {
        using var message = Message(call.Verb, credential, JsonSerializer.SerializeToUtf8Bytes(request, call.Request));
        try
        {
            using var response = await (call.Verb == HeartbeatVerb ? heartbeats : calls).SendAsync(message, cancel);
            var body = await response.Content.ReadAsByteArrayAsync(cancel);
            var (status, wait) = ((int)response.StatusCode, RetryAfterIn(response));
            return response.IsSuccessStatusCode
                ? new WireReply<TAnswer>(status, JsonSerializer.Deserialize(body, call.Answer), null, wait)
                : new WireReply<TAnswer>(status, null, MessageIn(body), wait);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ControlPlaneException($"{call.Verb}: {e.Message}", LinkTrouble.Passing, e);
        }
    }

    private static string? MessageIn(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("msg").GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
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
        var wait = header?.Delta ?? header?.Date - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }
}
