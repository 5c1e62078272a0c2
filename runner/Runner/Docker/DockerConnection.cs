using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Runner.Docker;

/// <summary>HTTP to one engine: settles the API version, limits each call's time, puts trouble into words.</summary>
internal sealed class DockerConnection : IDisposable
{
    private static readonly Version Oldest = new(1, 41);

    private readonly DockerAddress address;
    private readonly DockerTimeouts timeouts;
    private readonly HttpClient http;
    private volatile DockerVersion? engine;

    public DockerConnection(DockerAddress address, DockerTimeouts timeouts)
    {
        this.address = address;
        this.timeouts = timeouts;
        var handler = OutboundHttp.Handler(sockets =>
        {
            sockets.ConnectCallback = (_, cancel) => address.ConnectAsync(cancel);
            sockets.UseProxy = false;
            sockets.ConnectTimeout = sockets.PooledConnectionLifetime = Timeout.InfiniteTimeSpan;
        });
        http = new HttpClient(handler)
        {
            BaseAddress = address.BaseUri,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The engine as it last described itself; null before the first call.</summary>
    public DockerVersion? Engine => engine;

    /// <summary>Sends a call and reads the JSON that it is answered with.</summary>
    public Task<T> AskAsync<T>(DockerCall call, JsonTypeInfo<T> type, CancellationToken cancel) =>
        CallAsync(call, async (response, limit) =>
        {
            using (response)
            {
                await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
                return await JsonSerializer.DeserializeAsync(body, type, limit.Token)
                    ?? throw new JsonException("the answer is null");
            }
        }, cancel);

    /// <summary>Sends a call whose answer says nothing but that it was done.</summary>
    public Task TellAsync(DockerCall call, CancellationToken cancel) =>
        CallAsync(call, (response, _) =>
        {
            response.Dispose();
            return Task.FromResult(true);
        }, cancel);

    /// <summary>
    /// Sends a call and hands over its answer, which <paramref name="read"/> then owns, and the limit that both share.
    /// All that goes wrong comes out as <see cref="DockerException"/>.
    /// </summary>
    public async Task<T> CallAsync<T>(
        DockerCall call, Func<HttpResponseMessage, CallLimit, Task<T>> read, CancellationToken cancel)
    {
        var prefix = call.Versioned ? await PrefixAsync(cancel) : "";
        using var limit = new CallLimit(call.Limit, timeouts.Clock, cancel);
        try
        {
            var response = await SendAsync(call, prefix, limit.Token);
            return await read(response, limit);
        }
        catch (OperationCanceledException silence) when (!cancel.IsCancellationRequested)
        {
            var seconds = call.Limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            throw DockerException.Unreachable($"{address} gave no answer to {call} within {seconds} s", silence);
        }
        catch (HttpRequestException trouble) when (trouble.InnerException is SocketException socket)
        {
            throw DockerException.Unreachable(address.Explain(socket), trouble);
        }
        catch (Exception trouble) when (trouble is HttpRequestException or IOException)
        {
            throw DockerException.Unreachable($"{address} broke the connection in {call}: {trouble.Message}", trouble);
        }
        catch (Exception trouble) when (trouble is JsonException or InvalidDataException)
        {
            throw DockerException.Unreachable($"{address} answered {call} with something unintelligible", trouble);
        }
    }

    /// <summary>Asks the engine what it is, and so settles the version in which everything else is said.</summary>
    public async Task<DockerVersion> VersionAsync(CancellationToken cancel)
    {
        var call = DockerCall.Get("/version", timeouts.Answer) with { Versioned = false };
        var answer = await AskAsync(call, DockerJson.Default.DockerVersion, cancel);
        engine = answer;
        return answer;
    }

    /// <inheritdoc/>
    public override string ToString() => address.ToString();

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    // The oldest version that both sides speak: what a newer one changes can't change what we mean.
    private async Task<string> PrefixAsync(CancellationToken cancel)
    {
        var version = engine ?? await VersionAsync(cancel);
        var newest = Version.TryParse(version.ApiVersion, out var api) ? api : Oldest;
        if (newest < Oldest)
        {
            throw DockerException.Unreachable(
                $"the engine at {address} is too old: it speaks API {newest}, and {Oldest} (Docker 20.10) is needed");
        }

        return $"/v{(Version.TryParse(version.MinApiVersion, out var least) && least > Oldest ? least : Oldest)}";
    }

    private async Task<HttpResponseMessage> SendAsync(DockerCall call, string prefix, CancellationToken cancel)
    {
        var query = call.Query.Length > 0 ? $"?{call.Query}" : "";
        using var request = new HttpRequestMessage(call.Method, $"{prefix}{call.Path}{query}") { Content = call.Body };
        if (call.Upgrade)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
        }

        if (call.RegistryAuth.Length > 0)
        {
            request.Headers.Add("X-Registry-Auth", call.RegistryAuth);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            return response;
        }

        using (response)
        {
            throw await RefusalAsync(call, response, cancel);
        }
    }

    private async Task<DockerException> RefusalAsync(
        DockerCall call, HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        var reason = ReasonIn(text) ?? response.ReasonPhrase ?? "no reason given";
        if (response.StatusCode == HttpStatusCode.BadRequest && reason.Contains("too old", StringComparison.Ordinal))
        {
            // The engine was replaced by a newer one since it was asked; the next call asks again.
            engine = null;
            return DockerException.Unreachable(reason);
        }

        return DockerException.Refused(call.ToString(), response.StatusCode, reason);
    }

    private static string? ReasonIn(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, DockerJson.Default.DockerError)?.Message?.Trim();
        }
        catch (JsonException)
        {
            return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        }
    }
}
