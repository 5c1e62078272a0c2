using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>The control plane over outbound HTTPS; proxies for it come from the usual environment.</summary>
/// <param name="address">Where it is.</param>
/// <param name="time">The clock.</param>
/// <param name="authorities">Whom to trust beside the system's authorities.</param>
internal sealed class HttpControlPlaneClient(Uri address, TimeProvider time, X509Certificate2Collection? authorities = null)
    : ControlPlaneClientBase(time), IDisposable
{
    // A claim can bring many payloads of 64 KiB; an answer beyond this is not the control plane's.
    private const int MaxResponseBytes = 128 * 1024 * 1024;

    private readonly TimeProvider _time = time;
    private readonly HttpClient _calls = CreateClient(address, authorities);
    private readonly HttpClient _heartbeats = CreateClient(address, authorities);

    protected override string RouteDescription { get; } =
        OutboundProxy.Default.DisplayNameFor(address) is { } proxy ? $" (through the proxy {proxy})" : "";

    public void Dispose()
    {
        _calls.Dispose();
        _heartbeats.Dispose();
    }

    protected override async Task<ControlPlaneReply<TResponse>> ExchangeAsync<TRequest, TResponse>(
        ProtocolCall<TRequest, TResponse> call, string credential, TRequest request, CancellationToken cancellationToken)
    {
        using var message = CreateRequest(call.Operation, credential, JsonSerializer.SerializeToUtf8Bytes(request, call.Request));
        try
        {
            using var response = await (call.Operation == HeartbeatOperation ? _heartbeats : _calls).SendAsync(message, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var (status, wait) = ((int)response.StatusCode, ParseRetryAfter(response));
            return response.IsSuccessStatusCode
                ? new ControlPlaneReply<TResponse>(status, JsonSerializer.Deserialize(body, call.Response), null, wait)
                : new ControlPlaneReply<TResponse>(status, null, ParseErrorMessage(body), wait);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            throw new ControlPlaneException($"{call.Operation}: {ex.Message}", ControlPlaneErrorKind.Transient, ex);
        }
    }

    private static string? ParseErrorMessage(byte[] body)
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

    private static HttpClient CreateClient(Uri address, X509Certificate2Collection? authorities)
    {
        var client = new HttpClient(OutboundHttp.CreateHandler(sockets => sockets.SslOptions = ControlPlaneTls.CreateOptions(authorities)))
        {
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/runner/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxResponseBytes,
        };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("orleans-hybrid-runner", ProductInfo.Version));
        return client;
    }

    private static HttpRequestMessage CreateRequest(string verb, string credential, byte[] request)
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

    private TimeSpan? ParseRetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - _time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }
}
