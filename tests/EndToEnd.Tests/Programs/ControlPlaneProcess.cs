using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Programs;

/// <summary>A control plane started with <c>silo up --no-runner</c>, in a folder that outlives its restarts.</summary>
internal sealed class ControlPlaneProcess : IAsyncDisposable
{
    private const string Urls = "--urls";

    private readonly string[] _arguments;
    private readonly Dictionary<string, string?> _environment;
    private RunningProgram _program;

    private ControlPlaneProcess(string folder, string[] arguments, IEnumerable<(string Name, string Value)> environment)
    {
        Folder = folder;
        _arguments = arguments;
        _environment = environment.ToDictionary(variable => variable.Name, variable => (string?)variable.Value);
        _program = arguments.Contains(Urls) ? Start() : Start(Urls, "http://127.0.0.1:0");
    }

    public string Folder { get; }

    /// <summary>The options that say where its tasks are.</summary>
    public string[] Database => Array.IndexOf(_arguments, "--postgres-file") is var at and >= 0
        ? [_arguments[at], _arguments[at + 1]]
        : ["--data", Folder];

    /// <summary>The content of <c>connection.json</c>.</summary>
    public JsonNode Connection { get; private set; } = null!;

    public string Url => ConnectionValue("url");

    public string Output => _program.Output;

    /// <summary>Starts it and waits until it is ready.</summary>
    public static Task<ControlPlaneProcess> StartAsync(params string[] arguments) => StartAsync([], arguments);

    /// <summary>The same with variables.</summary>
    public static async Task<ControlPlaneProcess> StartAsync(IEnumerable<(string Name, string Value)> environment, params string[] arguments)
    {
        var plane = new ControlPlaneProcess(Directory.CreateTempSubdirectory("hybrid-e2e").FullName, arguments, environment);
        await plane.ReadyAsync();
        return plane;
    }

    public string ConnectionValue(string key) => Connection[key]!.GetValue<string>();

    /// <summary>Kills it without warning.</summary>
    public Task CrashAsync() => _program.CrashAsync();

    /// <summary>Stops it from doing anything, without its knowing.</summary>
    public void Freeze() => _program.Freeze();

    /// <summary>Tells it to stop, and waits until it has; gives the exit code.</summary>
    public Task<int> StopAsync()
    {
        _program.Terminate();
        return _program.WaitForExitAsync();
    }

    /// <summary>Starts it again, on the port that it had, and waits until it is ready.</summary>
    public async Task RestartAsync()
    {
        await _program.DisposeAsync();
        _program = _arguments.Contains(Urls) ? Start() : Start(Urls, Url);
        await ReadyAsync();
    }

    /// <summary>A runner for its default cluster, with two values and what else is given.</summary>
    public RunningProgram StartRunner(params (string Name, string Value)[] settings) => StartRunnerProgram(settings);

    /// <summary>The same for a runner that another command becomes.</summary>
    public RunningProgram StartRunnerWith(IReadOnlyList<string> command, params (string Name, string Value)[] settings) =>
        StartRunnerProgram(settings, command);

    /// <summary>The same for a runner that comes through gateways.</summary>
    public RunningProgram StartRunner(string gateways, params (string Name, string Value)[] settings) =>
        StartRunnerProgram([("LINK", "grains"), ("GATEWAYS", gateways), .. TestCertificates.Shared.Runner.Settings, .. settings]);

    private RunningProgram StartRunnerProgram((string Name, string Value)[] settings, IReadOnlyList<string>? by = null)
    {
        var environment = new Dictionary<string, string?>
        {
            ["CLUSTER_ID"] = ConnectionValue("cluster_id"),
            ["CLUSTER_TOKEN"] = ConnectionValue("cluster_token"),
            ["EXECUTOR"] = "process",
            ["STATE_DIR"] = Path.Combine(Folder, $"runner-{Guid.NewGuid():n}"),
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return new RunningProgram("Runner", [], environment, by);
    }

    /// <summary>The command line against it.</summary>
    public RunningProgram StartCli(params string[] arguments) => new(
        "Cli",
        arguments,
        new Dictionary<string, string?> { ["HYBRID_CONNECTION"] = Path.Combine(Folder, "connection.json") });

    /// <summary>An HTTP client for the Iron API of its first project, by its public address or by another one.</summary>
    public HttpClient CreateIronClient(Uri? address = null)
    {
        var project = new Uri($"/2/projects/{ConnectionValue("project_id")}/", UriKind.Relative);
        var client = new HttpClient { BaseAddress = new Uri(address ?? new Uri(Url), project) };
        client.DefaultRequestHeaders.Authorization = new("OAuth", ConnectionValue("token"));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private RunningProgram Start(params string[] more) => new(
        "Silo", ["up", "--no-runner", "--data", Folder, .. more, .. _arguments], _environment);

    private async Task ReadyAsync()
    {
        await _program.WaitForLineAsync("ready at");
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, "connection.json"));
        Connection = JsonSerializer.Deserialize<JsonNode>(text)!;
    }
}
