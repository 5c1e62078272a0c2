using System.Formats.Tar;
using System.Net;
using System.Text.Json;
using OrleansHybrid.Contracts.Registries;
using OrleansHybrid.Contracts.RunnerProtocol;
using OrleansHybrid.Primitives.Codes;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>The dozen things that we ask of an engine; what goes wrong is a <see cref="DockerException"/>.</summary>
internal sealed class DockerEngine(DockerAddress address, DockerTimeouts? timeouts = null) : IDisposable
{
    private readonly DockerConnection _connection = new(address, timeouts ?? new DockerTimeouts());

    /// <summary>How long this engine may take.</summary>
    public DockerTimeouts Timeouts { get; } = timeouts ?? new DockerTimeouts();

    /// <summary>The engine as it last described itself; null before the first call.</summary>
    public DockerVersion? KnownVersion => _connection.Engine;

    /// <summary>True when it is spoken to by a socket, so that it is on this host.</summary>
    public bool IsLocal => address.SocketPath is not null;

    /// <summary>Whether anybody is there.</summary>
    public Task PingAsync(CancellationToken cancellationToken) =>
        _connection.RequestAsync(DockerCall.Get("/_ping", Timeouts.Response), cancellationToken);

    /// <summary>What the engine is.</summary>
    public Task<DockerVersion> VersionAsync(CancellationToken cancellationToken) => _connection.VersionAsync(cancellationToken);

    /// <summary>What the engine's host can do.</summary>
    public Task<DockerInfo> InfoAsync(CancellationToken cancellationToken) =>
        _connection.RequestJsonAsync(DockerCall.Get("/info", Timeouts.Response), DockerJson.Default.DockerInfo, cancellationToken);

    /// <summary>The image, or null when it is absent.</summary>
    public async Task<DockerImage?> FindImageAsync(ImageReference image, CancellationToken cancellationToken)
    {
        try
        {
            var call = DockerCall.Get($"/images/{image}/json", Timeouts.Response);
            return await _connection.RequestJsonAsync(call, DockerJson.Default.DockerImage, cancellationToken);
        }
        catch (DockerException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Brings an image from its registry, logged in there where a login is given; trouble in the middle of the progress is
    /// trouble, too.
    /// </summary>
    public Task PullAsync(ImageReference image, RegistryCredentials? login, CancellationToken cancellationToken)
    {
        var call = DockerCall.Post("/images/create", Timeouts.PullIdle) with
        {
            Query = $"fromImage={Uri.EscapeDataString(image.Name)}&tag={Uri.EscapeDataString(image.Version)}",
            RegistryAuth = login is null ? "" : Encoded(login),
        };
        return _connection.CallAsync(call, async (response, silence) =>
        {
            using var owned = response;
            await using var body = await response.Content.ReadAsStreamAsync(silence.Token);
            var lines = JsonSerializer.DeserializeAsyncEnumerable(
                body, DockerJson.Default.PullLine, topLevelValues: true, silence.Token);
            await foreach (var line in lines)
            {
                silence.Restart();
                if ((line?.ErrorDetail?.Message ?? line?.Error) is { } reason)
                {
                    throw DockerException.Rejected($"the pull of {image}", HttpStatusCode.InternalServerError, reason);
                }
            }

            return true;
        }, cancellationToken);
    }

    /// <summary>
    /// Asks an image's registry whether this login may have it. A pull alone does not ask where the image is named by digest and there.
    /// </summary>
    public async Task CheckRegistryAccessAsync(ImageReference image, RegistryCredentials? login, CancellationToken cancellationToken)
    {
        var call = DockerCall.Get($"/distribution/{image}/json", Timeouts.PullIdle) with
        {
            RegistryAuth = login is null ? "" : Encoded(login),
        };
        try
        {
            await _connection.RequestAsync(call, cancellationToken);
        }
        catch (DockerException ex) when (ex.Status is not null)
        {
            // As for pulls: whatever the registry said is no state of the engine.
            throw DockerException.Rejected(call.ToString(), HttpStatusCode.InternalServerError, ex.Reason);
        }
    }

    // Base64 of the kind that goes into URLs, and padded: engines take no other.
    private static string Encoded(RegistryCredentials login) => Convert
        .ToBase64String(JsonSerializer.SerializeToUtf8Bytes(login, RunnerJson.Default.RegistryCredentials))
        .Replace('+', '-')
        .Replace('/', '_');

    /// <summary>Creates a container, stopped, under a name that is ours before the engine answers.</summary>
    public Task<CreatedContainer> CreateAsync(string name, ContainerSpec spec, CancellationToken cancellationToken)
    {
        var call = DockerCall.Post("/containers/create", Timeouts.Operation) with { Query = $"name={Escaped(name)}" };
        return _connection.RequestJsonAsync(
            call.WithJsonBody(spec, DockerJson.Default.ContainerSpec), DockerJson.Default.CreatedContainer, cancellationToken);
    }

    /// <summary>Makes a folder in a container, with files in it.</summary>
    public Task UploadAsync(string container, TarContent folder, CancellationToken cancellationToken)
    {
        var call = new DockerCall(HttpMethod.Put, $"/containers/{Escaped(container)}/archive", Timeouts.Operation)
        {
            Query = "path=/",
            Body = folder,
        };
        return _connection.RequestAsync(call, cancellationToken);
    }

    /// <summary>
    /// The bytes of one file in a container, running or not; null when it is absent, longer than
    /// <paramref name="maxBytes"/> or no plain file: what a task has put in its place is never followed.
    /// </summary>
    public async Task<byte[]?> ReadFileAsync(string container, string path, int maxBytes, CancellationToken cancellationToken)
    {
        var call = DockerCall.Get($"/containers/{Escaped(container)}/archive", Timeouts.Response) with
        {
            Query = $"path={Uri.EscapeDataString(path)}",
        };
        try
        {
            return await _connection.CallAsync(call, async (response, limit) =>
            {
                using var owned = response;
                await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
                return await FirstFileAsync(body, maxBytes, limit.Token);
            }, cancellationToken);
        }
        catch (DockerException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>A container's output from now on; attached before the start, nothing of it is lost.</summary>
    public Task<DockerStream> AttachAsync(string container, CancellationToken cancellationToken)
    {
        var call = DockerCall.Post($"/containers/{Escaped(container)}/attach", Timeouts.Response) with
        {
            Query = "stream=1&stdout=1&stderr=1",
            Upgrade = true,
        };
        return _connection.CallAsync(call, async (response, limit) =>
            new DockerStream(response, await response.Content.ReadAsStreamAsync(limit.Token)), cancellationToken);
    }

    /// <summary>Starts a container.</summary>
    public Task StartAsync(string container, CancellationToken cancellationToken) =>
        _connection.RequestAsync(DockerCall.Post($"/containers/{Escaped(container)}/start", Timeouts.Operation), cancellationToken);

    /// <summary>Waits, for as long as it takes, for a started container to end, and gives its exit code.</summary>
    public async Task<int> WaitAsync(string container, CancellationToken cancellationToken)
    {
        // Podman sends the answer's head only at the end, so that not even the head can have a limit.
        var call = DockerCall.Post($"/containers/{Escaped(container)}/wait", Timeout.InfiniteTimeSpan);
        var exit = await _connection.RequestJsonAsync(call, DockerJson.Default.ContainerExit, cancellationToken);
        return exit.Error?.Message is { Length: > 0 } reason
            ? throw DockerException.Unreachable($"the wait for {container} failed: {reason}")
            : exit.StatusCode;
    }

    /// <summary>Sends a signal to a container's program.</summary>
    public Task KillAsync(string container, string signal, CancellationToken cancellationToken)
    {
        var call = DockerCall.Post($"/containers/{Escaped(container)}/kill", Timeouts.Response);
        return _connection.RequestAsync(call with { Query = $"signal={signal}" }, cancellationToken);
    }

    /// <summary>What has become of a container.</summary>
    public Task<ContainerDetails> InspectAsync(string container, CancellationToken cancellationToken)
    {
        var call = DockerCall.Get($"/containers/{Escaped(container)}/json", Timeouts.Response);
        return _connection.RequestJsonAsync(call, DockerJson.Default.ContainerDetails, cancellationToken);
    }

    /// <summary>Ends a container if it runs, and removes it with its volumes; well when it is gone already.</summary>
    public async Task RemoveAsync(string container, CancellationToken cancellationToken)
    {
        var call = new DockerCall(HttpMethod.Delete, $"/containers/{Escaped(container)}", Timeouts.Response);
        try
        {
            await _connection.RequestAsync(call with { Query = "force=1&v=1" }, cancellationToken);
        }
        catch (DockerException ex) when (ex.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Conflict: somebody else's removal of it is under way.
        }
    }

    /// <summary>The ids of all containers, running or not, that bear a label with this value.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string label, string value, CancellationToken cancellationToken)
    {
        var filter = new Dictionary<string, string[]> { ["label"] = [$"{label}={value}"] };
        var json = JsonSerializer.Serialize(filter, DockerJson.Default.DictionaryStringStringArray);
        var call = DockerCall.Get("/containers/json", Timeouts.Response) with
        {
            Query = $"all=1&filters={Uri.EscapeDataString(json)}",
        };
        var lines = await _connection.RequestJsonAsync(call, DockerJson.Default.ContainerLineArray, cancellationToken);
        return [.. lines.Select(line => line.Id)];
    }

    /// <summary>The network, or null when it is absent.</summary>
    public async Task<DockerNetwork?> FindNetworkAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var call = DockerCall.Get($"/networks/{Escaped(name)}", Timeouts.Response);
            return await _connection.RequestJsonAsync(call, DockerJson.Default.DockerNetwork, cancellationToken);
        }
        catch (DockerException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Makes a network.</summary>
    public Task<CreatedNetwork> CreateNetworkAsync(NetworkSpec spec, CancellationToken cancellationToken)
    {
        var call = DockerCall.Post("/networks/create", Timeouts.Operation);
        return _connection.RequestJsonAsync(
            call.WithJsonBody(spec, DockerJson.Default.NetworkSpec), DockerJson.Default.CreatedNetwork, cancellationToken);
    }

    /// <inheritdoc/>
    public override string ToString() => _connection.ToString();

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static string Escaped(string container) => Uri.EscapeDataString(container);

    private static async Task<byte[]?> FirstFileAsync(Stream archive, int maxBytes, CancellationToken cancellationToken)
    {
        await using var tar = new TarReader(archive, leaveOpen: true);
        var entry = await tar.GetNextEntryAsync(copyData: false, cancellationToken);
        if (entry?.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.Length > maxBytes)
        {
            return null;
        }

        var content = new byte[entry.Length];
        await (entry.DataStream ?? Stream.Null).ReadExactlyAsync(content, cancellationToken);
        return content;
    }
}
