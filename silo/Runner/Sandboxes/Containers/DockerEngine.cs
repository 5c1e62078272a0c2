using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Docker.DotNet.Models;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Primitives.Codes;
using ContainerState = Docker.DotNet.Models.State;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>The dozen things that we ask of an engine; what goes wrong is a <see cref="DockerException"/>.</summary>
internal sealed class DockerEngine(DockerAddress address, DockerTimeouts? timeouts = null) : IDisposable
{
    private readonly DockerConnection _connection = new(address, timeouts ?? new DockerTimeouts());

    /// <summary>How long this engine may take.</summary>
    public DockerTimeouts Timeouts { get; } = timeouts ?? new DockerTimeouts();

    /// <summary>The engine as it last described itself; null before the first call.</summary>
    public VersionResponse? KnownVersion => _connection.Engine;

    /// <summary>True when it is spoken to by a socket, so that it is on this host.</summary>
    public bool IsLocal => address.SocketPath is not null;

    /// <summary>Whether anybody is there.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => _connection.CallAsync(
        "GET /_ping", Timeouts.Response, (client, limit) => client.System.PingAsync(limit), cancellationToken);

    /// <summary>Asks for the engine's version.</summary>
    public Task<VersionResponse> VersionAsync(CancellationToken cancellationToken) => _connection.VersionAsync(cancellationToken);

    /// <summary>Asks for the facts of the engine's host.</summary>
    public Task<SystemInfoResponse> InfoAsync(CancellationToken cancellationToken) => _connection.QueryAsync(
        "GET /info", Timeouts.Response, (client, limit) => client.System.GetSystemInfoAsync(limit), cancellationToken);

    /// <summary>The image, or null when it is absent.</summary>
    public Task<ImageInspectResponse?> FindImageAsync(ImageReference image, CancellationToken cancellationToken) =>
        NullIfMissingAsync(_connection.QueryAsync(
            $"GET /images/{image}/json",
            Timeouts.Response,
            (client, limit) => client.Images.InspectImageAsync(image.ToString(), limit),
            cancellationToken));

    /// <summary>
    /// Brings an image from its registry, logged in there where a login is given; an error in the middle of the progress is
    /// an error, too.
    /// </summary>
    public Task PullAsync(ImageReference image, RegistryLogin? login, CancellationToken cancellationToken)
    {
        var wanted = new ImagesCreateParameters { FromImage = image.Name, Tag = image.Version };
        var headers = new Dictionary<string, string> { [DockerConnection.RegistryAuthHeader] = Encoded(login) };
        return _connection.CallAsync("POST /images/create", Timeouts.PullIdle, async (client, silence) =>
        {
            await client.Images.CreateImageAsync(wanted, authConfig: null, headers, new PullProgress(image, silence), silence.Token);
            return true;
        }, cancellationToken);
    }

    /// <summary>
    /// Asks an image's registry whether this login may have it. A pull alone does not ask where the image is named by digest and there.
    /// </summary>
    public async Task CheckRegistryAccessAsync(ImageReference image, RegistryLogin? login, CancellationToken cancellationToken)
    {
        var name = $"GET /distribution/{image}/json";
        try
        {
            await _connection.CallAsync(name, Timeouts.PullIdle, async (client, limit) =>
            {
                using var withLogin = _connection.CreateClient(client.Options.ApiVersion, Encoded(login));
                await withLogin.Distribution.InspectAsync(image.ToString(), limit);
            }, cancellationToken);
        }
        catch (DockerException ex) when (ex.Status is not null)
        {
            // As for pulls: whatever the registry said is no state of the engine.
            throw DockerException.Rejected(name, HttpStatusCode.InternalServerError, ex.Reason);
        }
    }

    /// <summary>Creates a container, stopped, under a name that is ours before the engine answers.</summary>
    public Task<CreateContainerResponse> CreateAsync(string name, CreateContainerParameters spec, CancellationToken cancellationToken)
    {
        spec.Name = name;
        return _connection.QueryAsync(
            "POST /containers/create",
            Timeouts.Operation,
            (client, limit) => client.Containers.CreateContainerAsync(spec, limit),
            cancellationToken);
    }

    /// <summary>Makes a folder in a container, with files in it.</summary>
    /// <remarks>By a request of our own: the library reads from a stream, and we write the archive while it is sent.</remarks>
    public Task UploadAsync(string container, TarContent folder, CancellationToken cancellationToken)
    {
        var path = $"/containers/{Escaped(container)}/archive";
        return _connection.CallAsync($"PUT {path}", Timeouts.Operation, async (client, limit) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"{path}?path=/") { Content = folder };
            using var response = await _connection.SendAsync(client, request, limit);
        }, cancellationToken);
    }

    /// <summary>
    /// The bytes of one file in a container, running or not; null when it is absent, longer than
    /// <paramref name="maxBytes"/> or no plain file: what a task has put in its place is never followed.
    /// </summary>
    public Task<byte[]?> ReadFileAsync(string container, string path, int maxBytes, CancellationToken cancellationToken)
    {
        var file = new ContainerPathStatParameters { Path = path };
        return NullIfMissingAsync(_connection.CallAsync(
            $"GET /containers/{Escaped(container)}/archive",
            Timeouts.Response,
            async (client, limit) =>
            {
                var archive = await client.Containers.GetArchiveFromContainerAsync(Escaped(container), file, statOnly: false, limit.Token);
                await using var body = archive.Stream ?? Stream.Null;
                return await FirstFileAsync(body, maxBytes, limit.Token);
            },
            cancellationToken));
    }

    /// <summary>A container's output from now on; attached before the start, nothing of it is lost.</summary>
    /// <remarks>
    /// By a request of our own: the library's asks for all that the engine knows of the container before, to learn what we decided.
    /// </remarks>
    public Task<DockerStream> AttachAsync(string container, CancellationToken cancellationToken)
    {
        var path = $"/containers/{Escaped(container)}/attach";
        return _connection.CallAsync($"POST {path}", Timeouts.Response, async (client, limit) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}?stream=1&stdout=1&stderr=1");
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
            var response = await _connection.SendAsync(client, request, limit.Token);
            return new DockerStream(response, await response.Content.ReadAsStreamAsync(limit.Token));
        }, cancellationToken);
    }

    /// <summary>Starts a container.</summary>
    public Task StartAsync(string container, CancellationToken cancellationToken) => _connection.CallAsync(
        $"POST /containers/{Escaped(container)}/start",
        Timeouts.Operation,
        (client, limit) => client.Containers.StartContainerAsync(Escaped(container), cancellationToken: limit),
        cancellationToken);

    /// <summary>Waits, for as long as it takes, for a started container to end, and gives its exit code.</summary>
    public async Task<int> WaitAsync(string container, CancellationToken cancellationToken)
    {
        // Podman sends the answer's head only at the end, so that not even the head can have a limit.
        var exit = await _connection.QueryAsync(
            $"POST /containers/{Escaped(container)}/wait",
            Timeout.InfiniteTimeSpan,
            (client, limit) => client.Containers.WaitContainerAsync(Escaped(container), limit),
            cancellationToken);
        return exit.Error?.Message is { Length: > 0 } reason
            ? throw DockerException.Unreachable($"the wait for {container} failed: {reason}")
            : (int)exit.StatusCode;
    }

    /// <summary>Sends a signal to a container's program.</summary>
    public Task KillAsync(string container, string signal, CancellationToken cancellationToken) => _connection.CallAsync(
        $"POST /containers/{Escaped(container)}/kill",
        Timeouts.Response,
        (client, limit) => client.Containers.KillContainerAsync(
            Escaped(container), new ContainerKillParameters { Signal = signal }, limit),
        cancellationToken);

    /// <summary>The state of a container.</summary>
    public Task<ContainerState> InspectAsync(string container, CancellationToken cancellationToken) => _connection.QueryAsync(
        $"GET /containers/{Escaped(container)}/json",
        Timeouts.Response,
        async (client, limit) => (await client.Containers.InspectContainerAsync(Escaped(container), limit))?.State!,
        cancellationToken);

    /// <summary>Ends a container if it runs, and removes it with its volumes; well when it is gone already.</summary>
    public async Task RemoveAsync(string container, CancellationToken cancellationToken)
    {
        var how = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
        try
        {
            await _connection.CallAsync(
                $"DELETE /containers/{Escaped(container)}",
                Timeouts.Response,
                (client, limit) => client.Containers.RemoveContainerAsync(Escaped(container), how, limit),
                cancellationToken);
        }
        catch (DockerException ex) when (ex.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Conflict: somebody else's removal of it is under way.
        }
    }

    /// <summary>The ids of all containers, running or not, that bear a label with this value.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string label, string value, CancellationToken cancellationToken)
    {
        var all = new ContainersListParameters
        {
            All = true,
            Filters = new Dictionary<string, IDictionary<string, bool>>
            {
                ["label"] = new Dictionary<string, bool> { [$"{label}={value}"] = true },
            },
        };
        var found = await _connection.QueryAsync(
            "GET /containers/json",
            Timeouts.Response,
            (client, limit) => client.Containers.ListContainersAsync(all, limit),
            cancellationToken);
        return [.. found.Select(container => container.ID)];
    }

    /// <summary>The network, or null when it is absent.</summary>
    public Task<NetworkResponse?> FindNetworkAsync(string name, CancellationToken cancellationToken) =>
        NullIfMissingAsync(_connection.QueryAsync(
            $"GET /networks/{Escaped(name)}",
            Timeouts.Response,
            (client, limit) => client.Networks.InspectNetworkAsync(Escaped(name), limit),
            cancellationToken));

    /// <summary>Makes a network.</summary>
    public Task CreateNetworkAsync(NetworksCreateParameters spec, CancellationToken cancellationToken) => _connection.CallAsync(
        "POST /networks/create",
        Timeouts.Operation,
        (client, limit) => client.Networks.CreateNetworkAsync(spec, limit),
        cancellationToken);

    /// <inheritdoc/>
    public override string ToString() => _connection.ToString();

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static string Escaped(string text) => Uri.EscapeDataString(text);

    // Base64 of the kind that goes into URLs, and padded: engines take no other. Empty without a login.
    private static string Encoded(RegistryLogin? login) => login is null ? "" : Convert
        .ToBase64String(JsonSerializer.SerializeToUtf8Bytes(login, RunnerJson.Default.RegistryLogin))
        .Replace('+', '-')
        .Replace('/', '_');

    private static async Task<T?> NullIfMissingAsync<T>(Task<T> finding) where T : class?
    {
        try
        {
            return await finding;
        }
        catch (DockerException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

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

    /// <summary>Each line of a pull is a sign of life, and an error when it says so.</summary>
    private sealed class PullProgress(ImageReference image, CallTimeout silence) : IProgress<JSONMessage>
    {
        public void Report(JSONMessage value)
        {
            silence.Restart();
            if (value?.Error is { } error)
            {
                throw DockerException.Rejected(
                    $"the pull of {image}", HttpStatusCode.InternalServerError, error.Message ?? "no reason given");
            }
        }
    }
}
