using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Client;

/// <summary>Sends one call of the Iron API, with retries while the server returns 503, and reads the response.</summary>
internal sealed class IronHttpClient(HybridClientOptions options, HttpClient http)
{
    private const int MaxSizeWithoutExpectContinue = 1 << 20;

    // A request carries the context of its span: what the server records is below it.
    private static readonly ActivitySource Activities = new("OrleansHybrid.Client");

    private readonly Uri _root = new($"{options.BaseUrl.AbsoluteUri.TrimEnd('/')}/{options.ApiVersion}/");

    private readonly ClientRetry _retry = new(options);

    public string Project => options.ProjectId.Length > 0
        ? $"projects/{Uri.EscapeDataString(options.ProjectId)}"
        : throw new InvalidOperationException("this call is about a project: set ProjectId in the client's options");

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> responseType, CancellationToken cancellationToken) =>
        CallAsync(() => new HttpRequestMessage(HttpMethod.Get, Url(path)), responseType, isReadOnly: true, cancellationToken);

    public Task<T> DeleteAsync<T>(string path, JsonTypeInfo<T> responseType, CancellationToken cancellationToken) =>
        CallAsync(() => new HttpRequestMessage(HttpMethod.Delete, Url(path)), responseType, isReadOnly: false, cancellationToken);

    public Task<T> PostAsync<TBody, T>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> responseType, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, bodyType);
        return PostAsync(path, () => Json(json), responseType, cancellationToken);
    }

    public Task<T> PutAsync<TBody, T>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> responseType, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, bodyType);
        return CallAsync(
            () => new HttpRequestMessage(HttpMethod.Put, Url(path)) { Content = Json(json) }, responseType, isReadOnly: false, cancellationToken);
    }

    public Task<T> PostAsync<T>(
        string path, Func<HttpContent> content, JsonTypeInfo<T> responseType, CancellationToken cancellationToken) =>
        CallAsync(
            () => new HttpRequestMessage(HttpMethod.Post, Url(path)) { Content = content() },
            responseType,
            isReadOnly: false,
            cancellationToken);

    /// <summary>The answer's headers are there, its body still to be read.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> request, bool isReadOnly, CancellationToken cancellationToken)
    {
        using var activity = Activities.StartActivity("hybrid call", ActivityKind.Client);
        try
        {
            return await _retry.ExecuteAsync(SendOnceAsync, isReadOnly, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex)
        {
            activity?.SetStatus(ActivityStatusCode.Error, ex.GetType().Name);
            throw;
        }

        async Task<HttpResponseMessage> SendOnceAsync()
        {
            using var message = request();
            activity?.SetTag("http.request.method", message.Method.Method).SetTag("url.path", message.RequestUri!.AbsolutePath);

            // A server that rejects a long body by its length ends the connection: a client that is still writing gets no reason.
            message.Headers.ExpectContinue = message.Content?.Headers.ContentLength > MaxSizeWithoutExpectContinue ? true : null;
            message.Headers.Authorization = new AuthenticationHeaderValue("OAuth", options.Token);
            return await this.SendOnceAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }

    public Uri Url(string path) => new(_root, path);

    public static HybridException NoResponse(HttpRequestMessage request, Exception cause) => new(
        $"{request.RequestUri!.GetLeftPart(UriPartial.Authority)} did not respond to {Describe(request)}: "
        + (cause is OperationCanceledException ? $"it took too long{DescribeProxy(request.RequestUri)}" : cause.Message),
        status: null, "", isTransient: true, cause);

    public static HybridException UnexpectedResponse(HttpResponseMessage response, Exception? cause) => new(
        $"the response to {Describe(response.RequestMessage!)} is not of the Iron API: check the server's address",
        response.StatusCode,
        "",
        isTransient: false,
        cause);

    private static string DescribeProxy(Uri address) =>
        OutboundProxy.Default.DisplayNameFor(address) is { } proxy ? $" (through the proxy {proxy})" : "";

    private static ByteArrayContent Json(byte[] json) =>
        new(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private async Task<T> CallAsync<T>(
        Func<HttpRequestMessage> request, JsonTypeInfo<T> responseType, bool isReadOnly, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, isReadOnly, cancellationToken).ConfigureAwait(false);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await JsonSerializer.DeserializeAsync(stream, responseType, cancellationToken).ConfigureAwait(false)
                    ?? throw new JsonException("null");
            }
        }
        catch (JsonException ex)
        {
            throw UnexpectedResponse(response, ex);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            throw NoResponse(response.RequestMessage!, ex);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (HttpRequestException ex)
        {
            throw NoResponse(request, ex);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw NoResponse(request, ex);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ReadErrorAsync(response, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HybridException> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var msg = await ReadMessageAsync(response, cancellationToken).ConfigureAwait(false);
        var status = response.StatusCode;
        var words = msg.Length > 0 ? msg : response.ReasonPhrase ?? "no reason given";
        return new HybridException(
            $"{Describe(response.RequestMessage!)} was rejected with {(int)status}: {words}",
            status,
            msg,
            status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
                or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
        {
            RetryAfter = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date - options.TimeProvider.GetUtcNow(),
                _ => null,
            },
        };
    }

    private static async Task<string> ReadMessageAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, IronJson.Default.MessageResponse)?.Msg ?? "";
        }
        catch (Exception ex) when (ex is JsonException or HttpRequestException or IOException)
        {
            return "";
        }
    }

    private static string Describe(HttpRequestMessage request) => $"{request.Method} {request.RequestUri!.AbsolutePath}";
}
