using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Client;

/// <summary>Sends one call of the Iron API, again while the server asks to come again, and reads its answer.</summary>
internal sealed class IronApi(HybridClientOptions options, HttpClient http)
{
    private const int LongestUnasked = 1 << 20;

    private readonly Uri _root = new($"{options.BaseUrl.AbsoluteUri.TrimEnd('/')}/{options.ApiVersion}/");

    private readonly Repetition _repetition = new(options);

    public string Project => options.ProjectId.Length > 0
        ? $"projects/{Uri.EscapeDataString(options.ProjectId)}"
        : throw new InvalidOperationException("this call is about a project: set ProjectId in the client's options");

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        CallAsync(() => new HttpRequestMessage(HttpMethod.Get, Url(path)), answer, reads: true, cancellationToken);

    public Task<T> DeleteAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        CallAsync(() => new HttpRequestMessage(HttpMethod.Delete, Url(path)), answer, reads: false, cancellationToken);

    public Task<T> PostAsync<TBody, T>(
        string path, TBody body, JsonTypeInfo<TBody> shape, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, shape);
        return PostAsync(path, () => Json(json), answer, cancellationToken);
    }

    public Task<T> PutAsync<TBody, T>(
        string path, TBody body, JsonTypeInfo<TBody> shape, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, shape);
        return CallAsync(
            () => new HttpRequestMessage(HttpMethod.Put, Url(path)) { Content = Json(json) }, answer, reads: false, cancellationToken);
    }

    public Task<T> PostAsync<T>(
        string path, Func<HttpContent> content, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        CallAsync(
            () => new HttpRequestMessage(HttpMethod.Post, Url(path)) { Content = content() },
            answer,
            reads: false,
            cancellationToken);

    /// <summary>The answer's headers are there, its body still to be read.</summary>
    public Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> request, bool reads, CancellationToken cancellationToken)
    {
        return _repetition.RunAsync(OnceAsync, reads, cancellationToken);

        async Task<HttpResponseMessage> OnceAsync()
        {
            using var message = request();

            // A server that refuses a long body by its length ends the connection: who is still writing then hears no reason.
            message.Headers.ExpectContinue = message.Content?.Headers.ContentLength > LongestUnasked ? true : null;
            message.Headers.Authorization = new AuthenticationHeaderValue("OAuth", options.Token);
            return await this.OnceAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }

    public Uri Url(string path) => new(_root, path);

    public static HybridException Silence(HttpRequestMessage request, Exception cause) => new(
        $"{request.RequestUri!.GetLeftPart(UriPartial.Authority)} gave no answer to {Name(request)}: "
        + (cause is OperationCanceledException ? $"it took too long{Way(request.RequestUri)}" : cause.Message),
        status: null, "", tryAgain: true, cause);

    public static HybridException Strange(HttpResponseMessage response, Exception? cause) => new(
        $"the answer to {Name(response.RequestMessage!)} is not of the Iron API: is this the right server?",
        response.StatusCode,
        "",
        tryAgain: false,
        cause);

    private static string Way(Uri address) =>
        OutboundProxy.Default.NameFor(address) is { } proxy ? $" (through the proxy {proxy})" : "";

    private static ByteArrayContent Json(byte[] json) =>
        new(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private async Task<T> CallAsync<T>(
        Func<HttpRequestMessage> request, JsonTypeInfo<T> shape, bool reads, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, reads, cancellationToken).ConfigureAwait(false);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await JsonSerializer.DeserializeAsync(stream, shape, cancellationToken).ConfigureAwait(false)
                    ?? throw new JsonException("null");
            }
        }
        catch (JsonException ex)
        {
            throw Strange(response, ex);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            throw Silence(response.RequestMessage!, ex);
        }
    }

    private async Task<HttpResponseMessage> OnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (HttpRequestException ex)
        {
            throw Silence(request, ex);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silence(request, ex);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await RefusalAsync(response, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HybridException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var msg = await MsgAsync(response, cancellationToken).ConfigureAwait(false);
        var status = response.StatusCode;
        var words = msg.Length > 0 ? msg : response.ReasonPhrase ?? "no reason given";
        return new HybridException(
            $"{Name(response.RequestMessage!)} was refused with {(int)status}: {words}",
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

    private static async Task<string> MsgAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, IronJson.Default.MessageAnswer)?.Msg ?? "";
        }
        catch (Exception ex) when (ex is JsonException or HttpRequestException or IOException)
        {
            return "";
        }
    }

    private static string Name(HttpRequestMessage request) => $"{request.Method} {request.RequestUri!.AbsolutePath}";
}
