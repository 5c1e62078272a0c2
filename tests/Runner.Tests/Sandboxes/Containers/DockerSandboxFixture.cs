using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>One sandbox on a real engine; a script travels as the payload, for a command has no quotes.</summary>
internal sealed class DockerSandboxFixture : IAsyncDisposable
{
    public const string RunPayload = "sh /mnt/task/payload";

    public DockerSandboxFixture(TaskAssignment order, string? session = null, DockerOptions? options = null)
    {
        Order = order;
        Session = session ?? ContainerAssignments.NewSessionId();
        Sandboxes = new DockerSandboxFactory(Engine, options ?? new DockerOptions(), NullLogger<DockerSandboxFactory>.Instance);
        Sandbox = Sandboxes.Create(order, Session);
    }

    public DockerEngine Engine { get; } = new(
        DockerAddress.FromEnvironment(), new DockerTimeouts { PullRetryDelay = TimeSpan.FromMilliseconds(1) });

    public TaskAssignment Order { get; }

    public string Session { get; }

    public DockerSandboxFactory Sandboxes { get; }

    public ISandbox Sandbox { get; }

    public SandboxOutput Output { get; } = new();

    /// <summary>Runs a script to its end.</summary>
    public static async Task<(SandboxExit Exit, string Output)> RunScriptAsync(
        string image, string script, DockerOptions? options = null)
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(image, RunPayload), options: options);
        await trial.StartAsync(script);
        return (await trial.Sandbox.WaitAsync(default), trial.Output.ToString());
    }

    public Task StartAsync(string payload) => StartAsync(new SandboxFiles(Encoding.UTF8.GetBytes(payload), null));

    public async Task StartAsync(SandboxFiles files)
    {
        await Sandbox.PrepareAsync(default);
        await Sandbox.CreateAsync(files, default);
        await Sandbox.StartAsync(Output.Take, default);
    }

    /// <summary>The ids of this trial's containers.</summary>
    public Task<IReadOnlyList<string>> ContainersAsync() =>
        Engine.ListAsync("orleans-hybrid.task", Order.Lease.TaskId, default);

    /// <summary>Everything the engine tells about this trial's container, as it says it.</summary>
    public async Task<string> InspectAsync() =>
        await RawAsync($"/containers/{Assert.Single(await ContainersAsync())}/json");

    /// <summary>Names of the volumes of this trial's container.</summary>
    public async Task<string[]> VolumesAsync() =>
    [
        .. JsonNode.Parse(await InspectAsync())!["Mounts"]!.AsArray()
            .Where(mount => (string?)mount!["Type"] == "volume").Select(mount => (string)mount!["Name"]!),
    ];

    /// <summary>The names of all volumes of the engine.</summary>
    public static async Task<string[]> AllVolumesAsync()
    {
        var volumes = JsonNode.Parse(await RawAsync("/volumes"))!["Volumes"]?.AsArray();
        return [.. volumes?.Select(volume => (string)volume!["Name"]!) ?? []];
    }

    /// <summary>Removes an image that a test has pulled.</summary>
    public static Task RemoveImageAsync(string image) => RawAsync($"/images/{image}", HttpMethod.Delete);

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        Engine.Dispose();
    }

    /// <summary>The engine's answer to a call that the runner does not make.</summary>
    public static async Task<string> RawAsync(string path, HttpMethod? method = null)
    {
        var address = DockerAddress.FromEnvironment();
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, cancellationToken) => address.ConnectAsync(cancellationToken) };
        using var http = new HttpClient(handler) { BaseAddress = address.BaseUri };
        using var response = await http.SendAsync(new HttpRequestMessage(method ?? HttpMethod.Get, path));
        return await response.Content.ReadAsStringAsync();
    }
}
