using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orleans.Hybrid.Contracts.Iron;

namespace Orleans.Hybrid.Client;

/// <summary>Sends one call of the Iron API, again while the server asks to come again, and reads its answer.</summary>
internal sealed class IronApi(HybridClientOptions options, HttpClient http)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Uri _root = new($"{options.BaseUrl.AbsoluteUri.TrimEnd('/')}/{options.ApiVersion}/");

    public string Project => options.ProjectId.Length > 0
        ? $"projects/{Uri.EscapeDataString(options.ProjectId)}"
        : throw new InvalidOperationException("this call is about a project: set ProjectId in the client's options");

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancel) =>
        CallAsync(() => new HttpRequestMessage(HttpMethod.Get, Url(path)), answer, cancel);

    public Task<T> PostAsync<TBody, T>(
        string path, TBody body, JsonTypeInfo<TBody> shape, JsonTypeInfo<T> answer, CancellationToken cancel)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, shape);
        return PostAsync(path, () => Json(json), answer, cancel);
    }

    public Task<T> PostAsync<T>(
        string path, Func<HttpContent> content, JsonTypeInfo<T> answer, CancellationToken cancel) =>
        CallAsync(
            () => new HttpRequestMessage(HttpMethod.Post, Url(path)) { Content = content() }, answer, cancel);

    /// <summary>The answer's headers are there, its body still to be read.</summary>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var message = request();
            message.Headers.Authorization = new AuthenticationHeaderValue("OAuth", options.Token);
            try
            {
                return await OnceAsync(message, cancel).ConfigureAwait(false);
            }
            catch (HybridException trouble) when (attempt < options.Attempts && MayRepeat(message, trouble))
            {
                await Task.Delay(Pause(attempt, trouble), options.TimeProvider, cancel).ConfigureAwait(false);
            }
        }
    }

    public Uri Url(string path) => new(_root, path);

    public static HybridException Silence(HttpRequestMessage request, Exception cause) => new(
        $"{request.RequestUri!.GetLeftPart(UriPartial.Authority)} gave no answer to {Name(request)}: "
        + (cause is OperationCanceledException ? "it took too long" : cause.Message),
        status: null, "", tryAgain: true, cause);

    private static ByteArrayContent Json(byte[] json) =>
        new(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private async Task<T> CallAsync<T>(
        Func<HttpRequestMessage> request, JsonTypeInfo<T> shape, CancellationToken cancel)
    {
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await JsonSerializer.DeserializeAsync(stream, shape, cancel).ConfigureAwait(false)
                    ?? throw new JsonException("null");
            }
        }
        catch (JsonException strange)
        {
            throw new HybridException(
                $"the answer to {Name(response.RequestMessage!)} is not of the Iron API: is this the right server?",
                response.StatusCode,
                "",
                tryAgain: false,
                strange);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw Silence(response.RequestMessage!, broken);
        }
    }

    private async Task<HttpResponseMessage> OnceAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel)
                .ConfigureAwait(false);
        }
        catch (HttpRequestException broken)
        {
            throw Silence(request, broken);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw Silence(request, late);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await RefusalAsync(response, cancel).ConfigureAwait(false);
        }
    }

    private async Task<HybridException> RefusalAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var msg = await MsgAsync(response, cancel).ConfigureAwait(false);
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

    private static async Task<string> MsgAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, IronJson.Default.MessageAnswer)?.Msg ?? "";
        }
        catch (Exception unreadable) when (unreadable is JsonException or HttpRequestException or IOException)
        {
            return "";
        }
    }

    /// <summary>
    /// 503, and a connection that never came about, mean that nothing was done. Any other trouble leaves that open, so only
    /// reading may be repeated.
    /// </summary>
    private static bool MayRepeat(HttpRequestMessage request, HybridException trouble) =>
        trouble.Status == HttpStatusCode.ServiceUnavailable
        || trouble.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }
        || (trouble.TryAgain && request.Method == HttpMethod.Get);

    private static TimeSpan Pause(int attempt, HybridException trouble)
    {
        // Half of it by chance, so that clients which failed together do not come back together.
        var share = 0.5 + (Random.Shared.NextDouble() / 2);
        var backoff = TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt - 1) * share);
        var pause = trouble.RetryAfter is { } asked && asked > backoff ? asked : backoff;
        return pause < LongestPause ? pause : LongestPause;
    }

    private static string Name(HttpRequestMessage request) => $"{request.Method} {request.RequestUri!.AbsolutePath}";
}
