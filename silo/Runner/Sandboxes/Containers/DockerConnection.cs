using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Docker.DotNet;
using Docker.DotNet.Models;
using Version = System.Version;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>Clients of one engine: settles the API version, limits each call's time, describes errors.</summary>
internal sealed partial class DockerConnection : IDisposable
{
    /// <summary>The header of a login for a registry.</summary>
    public const string RegistryAuthHeader = "X-Registry-Auth";

    private static readonly Version MinSupportedVersion = new(1, 41);

    private readonly DockerAddress _address;
    private readonly DockerTimeouts _timeouts;
    private readonly DockerTransport _transport;
    private readonly DockerClient _unversioned;
    private readonly HttpClient _http;
    private volatile VersionResponse? _engine;
    private volatile DockerClient? _client;

    public DockerConnection(DockerAddress address, DockerTimeouts timeouts)
    {
        this._address = address;
        this._timeouts = timeouts;
        _transport = new DockerTransport(address);
        _unversioned = CreateClient(version: null);
        _http = new HttpClient(_transport.CreateHandler())
        {
            BaseAddress = address.BaseUri,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The engine as it last described itself; null before the first call.</summary>
    public VersionResponse? Engine => _engine;

    /// <summary>
    /// Does what <paramref name="name"/> says by <paramref name="send"/>, which is given the limit that all of it shares.
    /// All that goes wrong comes out as <see cref="DockerException"/>.
    /// </summary>
    public async Task<T> CallAsync<T>(
        string name, TimeSpan timeout, Func<DockerClient, CallTimeout, Task<T>> send, CancellationToken cancellationToken)
    {
        var client = await GetClientAsync(cancellationToken);
        return await LimitAsync(name, timeout, limit => send(client, limit), cancellationToken);
    }

    /// <summary>A call whose answer says nothing but that it was done.</summary>
    public Task CallAsync(
        string name, TimeSpan timeout, Func<DockerClient, CancellationToken, Task> send, CancellationToken cancellationToken) =>
        CallAsync(name, timeout, async (client, limit) =>
        {
            await send(client, limit.Token);
            return true;
        }, cancellationToken);

    /// <summary>A call that is answered with what the engine knows.</summary>
    public Task<T> QueryAsync<T>(
        string name, TimeSpan timeout, Func<DockerClient, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
        where T : class =>
        CallAsync(name, timeout, async (client, limit) => RequireResponse(await send(client, limit.Token)), cancellationToken);

    /// <summary>Sends a request in the version of a client that has no method which would do; only the answer's head is awaited.</summary>
    public Task<HttpResponseMessage> SendAsync(DockerClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri($"/v{client.Options.ApiVersion}{request.RequestUri?.OriginalString}", UriKind.Relative);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>A client on these connections; one with a login for a registry lives for the calls that are to carry it.</summary>
    public DockerClient CreateClient(Version? version, string? registryAuth = null)
    {
        var builder = new DockerClientBuilder()
            .WithEndpoint(_address.BaseUri)
            .WithApiVersion(version)
            .WithTimeout(Timeout.InfiniteTimeSpan);
        return (string.IsNullOrEmpty(registryAuth) ? builder : builder.WithHeader(RegistryAuthHeader, registryAuth))
            .WithTransportOptions(_transport, _address)
            .Build();
    }

    /// <summary>Asks the engine what it is, and so settles the version in which everything else is said.</summary>
    public async Task<VersionResponse> VersionAsync(CancellationToken cancellationToken)
    {
        var answer = await LimitAsync("GET /version", _timeouts.Response, async limit =>
            RequireResponse(await _unversioned.System.GetVersionAsync(limit.Token)), cancellationToken);
        _engine = answer;
        return answer;
    }

    /// <inheritdoc/>
    public override string ToString() => _address.ToString();

    /// <inheritdoc/>
    public void Dispose()
    {
        _unversioned.Dispose();
        _client?.Dispose();
        _http.Dispose();
        _transport.Dispose();
    }

    // The oldest version that both sides speak: what a newer one changes can't change what we mean.
    private async Task<DockerClient> GetClientAsync(CancellationToken cancellationToken)
    {
        var engine = _engine ?? await VersionAsync(cancellationToken);
        var newest = Version.TryParse(engine.APIVersion, out var api) ? api : MinSupportedVersion;
        if (newest < MinSupportedVersion)
        {
            throw DockerException.Unreachable(
                $"the engine at {_address} is too old: it speaks API {newest}, and {MinSupportedVersion} (Docker 20.10) is needed");
        }

        var spoken = Version.TryParse(engine.MinAPIVersion, out var least) && least > MinSupportedVersion ? least : MinSupportedVersion;
        var client = _client;
        return client?.Options.ApiVersion == spoken ? client : _client = CreateClient(spoken);
    }

    private async Task<T> LimitAsync<T>(
        string name, TimeSpan timeout, Func<CallTimeout, Task<T>> send, CancellationToken cancellationToken)
    {
        using var limit = new CallTimeout(timeout, _timeouts.Clock, cancellationToken);
        try
        {
            return await send(limit);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            throw DockerException.Unreachable($"{_address} gave no answer to {name} within {seconds} s", ex);
        }
        catch (DockerApiException ex)
        {
            throw Translate(name, ex);
        }
        catch (HttpRequestException ex) when (ex.InnerException is SocketException socket)
        {
            throw DockerException.Unreachable(_address.Explain(socket), ex);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            throw DockerException.Unreachable($"{_address} broke the connection in {name}: {ex.Message}", ex);
        }
        catch (Exception ex) when (ex is JsonException or InvalidDataException)
        {
            throw DockerException.Unreachable($"{_address} answered {name} with something unintelligible", ex);
        }
    }

    private DockerException Translate(string name, DockerApiException exception)
    {
        var reason = ParseErrorMessage(exception.ResponseBody ?? "");
        if (exception.StatusCode == HttpStatusCode.BadRequest && reason.Contains("too old", StringComparison.Ordinal))
        {
            // The engine was replaced by a newer one since it was asked; the next call asks again.
            _engine = null;
            return DockerException.Unreachable(reason);
        }

        return DockerException.Rejected(name, exception.StatusCode, reason);
    }

    private static string ParseErrorMessage(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ErrorJson.Default.EngineError)?.Message?.Trim() ?? "no reason given";
        }
        catch (JsonException)
        {
            return text.Trim();
        }
    }

    private static T RequireResponse<T>(T? response) where T : class => response ?? throw new JsonException("the response is null");

    private sealed record EngineError(string? Message);

    [JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
    [JsonSerializable(typeof(EngineError))]
    private sealed partial class ErrorJson : JsonSerializerContext;
}
