using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>HTTP to one engine: settles the API version, limits each call's time, puts trouble into words.</summary>
internal sealed class DockerConnection : IDisposable
{
    private static readonly Version MinSupportedVersion = new(1, 41);

    private readonly DockerAddress _address;
    private readonly DockerTimeouts _timeouts;
    private readonly HttpClient _http;
    private volatile DockerVersion? _engine;

    public DockerConnection(DockerAddress address, DockerTimeouts timeouts)
    {
        this._address = address;
        this._timeouts = timeouts;
        var handler = OutboundHttp.CreateHandler(sockets =>
        {
            sockets.ConnectCallback = (_, cancellationToken) => address.ConnectAsync(cancellationToken);
            sockets.UseProxy = false;
            sockets.ConnectTimeout = sockets.PooledConnectionLifetime = Timeout.InfiniteTimeSpan;
        });
        _http = new HttpClient(handler)
        {
            BaseAddress = address.BaseUri,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The engine as it last described itself; null before the first call.</summary>
    public DockerVersion? Engine => _engine;

    /// <summary>Sends a call and reads the JSON that it is answered with.</summary>
    public Task<T> RequestJsonAsync<T>(DockerCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        CallAsync(call, async (response, limit) =>
        {
            using (response)
            {
                await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
                return await JsonSerializer.DeserializeAsync(body, type, limit.Token)
                    ?? throw new JsonException("the answer is null");
            }
        }, cancellationToken);

    /// <summary>Sends a call whose answer says nothing but that it was done.</summary>
    public Task RequestAsync(DockerCall call, CancellationToken cancellationToken) =>
        CallAsync(call, (response, _) =>
        {
            response.Dispose();
            return Task.FromResult(true);
        }, cancellationToken);

    /// <summary>
    /// Sends a call and hands over its answer, which <paramref name="read"/> then owns, and the limit that both share.
    /// All that goes wrong comes out as <see cref="DockerException"/>.
    /// </summary>
    public async Task<T> CallAsync<T>(
        DockerCall call, Func<HttpResponseMessage, CallTimeout, Task<T>> read, CancellationToken cancellationToken)
    {
        var prefix = call.Versioned ? await GetVersionPrefixAsync(cancellationToken) : "";
        using var limit = new CallTimeout(call.Timeout, _timeouts.Clock, cancellationToken);
        try
        {
            var response = await SendAsync(call, prefix, limit.Token);
            return await read(response, limit);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = call.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            throw DockerException.Unreachable($"{_address} gave no answer to {call} within {seconds} s", ex);
        }
        catch (HttpRequestException ex) when (ex.InnerException is SocketException socket)
        {
            throw DockerException.Unreachable(_address.Explain(socket), ex);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            throw DockerException.Unreachable($"{_address} broke the connection in {call}: {ex.Message}", ex);
        }
        catch (Exception ex) when (ex is JsonException or InvalidDataException)
        {
            throw DockerException.Unreachable($"{_address} answered {call} with something unintelligible", ex);
        }
    }

    /// <summary>Asks the engine what it is, and so settles the version in which everything else is said.</summary>
    public async Task<DockerVersion> VersionAsync(CancellationToken cancellationToken)
    {
        var call = DockerCall.Get("/version", _timeouts.Response) with { Versioned = false };
        var answer = await RequestJsonAsync(call, DockerJson.Default.DockerVersion, cancellationToken);
        _engine = answer;
        return answer;
    }

    /// <inheritdoc/>
    public override string ToString() => _address.ToString();

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // The oldest version that both sides speak: what a newer one changes can't change what we mean.
    private async Task<string> GetVersionPrefixAsync(CancellationToken cancellationToken)
    {
        var version = _engine ?? await VersionAsync(cancellationToken);
        var newest = Version.TryParse(version.ApiVersion, out var api) ? api : MinSupportedVersion;
        if (newest < MinSupportedVersion)
        {
            throw DockerException.Unreachable(
                $"the engine at {_address} is too old: it speaks API {newest}, and {MinSupportedVersion} (Docker 20.10) is needed");
        }

        return $"/v{(Version.TryParse(version.MinApiVersion, out var least) && least > MinSupportedVersion ? least : MinSupportedVersion)}";
    }

    private async Task<HttpResponseMessage> SendAsync(DockerCall call, string prefix, CancellationToken cancellationToken)
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

        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            return response;
        }

        using (response)
        {
            throw await ReadErrorAsync(call, response, cancellationToken);
        }
    }

    private async Task<DockerException> ReadErrorAsync(
        DockerCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var reason = ParseErrorMessage(text) ?? response.ReasonPhrase ?? "no reason given";
        if (response.StatusCode == HttpStatusCode.BadRequest && reason.Contains("too old", StringComparison.Ordinal))
        {
            // The engine was replaced by a newer one since it was asked; the next call asks again.
            _engine = null;
            return DockerException.Unreachable(reason);
        }

        return DockerException.Rejected(call.ToString(), response.StatusCode, reason);
    }

    private static string? ParseErrorMessage(string text)
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
