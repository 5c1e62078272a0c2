using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OrleansHybrid.Support;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Cli.Tests;

/// <summary>The result of one command line.</summary>
internal sealed record CliResult(int ExitCode, string Out, string Error);

/// <summary>The real program in this process, with nothing set around it, against a server that answers.</summary>
internal sealed partial class CliFixture : IAsyncDisposable
{
    public const string Project = "/2/projects/0123456789abcdef01234567";
    public const string TaskId = "5f5a7c1e0000000000000001";
    public const string Queue = $"POST {Project}/tasks";
    public const string Get = $"GET {Project}/tasks/{TaskId}";
    public const string Log = $"{Get}/log";
    public const string ScheduleId = "5f5a7c1e00000000000005c4";
    public const string Schedule = $"POST {Project}/schedules";
    public const string Upload = $"POST {Project}/codes";
    public const string ClusterId = "89abcdef0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-cli-");

    private CliFixture(FakeIronServer server) => Server = server;

    public FakeIronServer Server { get; }

    public Dictionary<string, string> Variables { get; } = [];

    public bool OutputIsTerminal { get; set; }

    public string Input { get; set; } = "";

    public string ProgramFolder { get; set; } = AppContext.BaseDirectory;

    public string WorkingFolder => _folder.CreateSubdirectory("work").FullName;

    public string HomeFolder => _folder.CreateSubdirectory("home").FullName;

    /// <summary>A program that knows nothing about any server.</summary>
    public static async Task<CliFixture> StartUnconfiguredAsync() => new(await FakeIronServer.StartAsync());

    /// <summary>A program whose variables name the server, as the published ones do.</summary>
    public static async Task<CliFixture> StartAsync()
    {
        var test = await StartUnconfiguredAsync();
        test.Variables["IRON_HOST"] = test.Server.Url.Host;
        test.Variables["IRON_PORT"] = test.Server.Url.Port.ToString(CultureInfo.InvariantCulture);
        test.Variables["IRON_SCHEME"] = "http";
        test.Variables["IRON_TOKEN"] = "secret-token";
        test.Variables["IRON_PROJECT_ID"] = "0123456789abcdef01234567";
        test.Server.On(Queue, FakeResponse.Json($$"""{"msg":"Queued up","tasks":[{"id":"{{TaskId}}"}]}"""));
        test.Server.On(Schedule, FakeResponse.Json($$"""{"msg":"Scheduled","schedules":[{"id":"{{ScheduleId}}"}]}"""));
        test.Server.On($"GET {Project}", FakeResponse.Json($$"""{"id":"p","default_cluster":"{{ClusterId}}"}"""));
        test.Server.On($"GET {Project}/codes", FakeResponse.Json("""{"codes":[{"id":"c0de","name":"hello","retries":2}]}"""));
        test.Server.On("GET /2/clusters", FakeResponse.Json($$"""{"clusters":[{"id":"{{ClusterId}}","name":"CLUSTER_ID"}]}"""));
        test.Server.On(Upload, FakeResponse.Json("""{"msg":"Upload successful.","id":"c0de","rev":4}"""));
        return test;
    }

    /// <summary>The task goes through these statuses, and its log is this from the start.</summary>
    public void SetTask(string log, params string[] statuses)
    {
        Server.On(Get, [.. statuses.Select(status => FakeResponse.Json(status[0] == '{' ? status : Task(status)))]);
        Server.On(Log, FakeResponse.Text(log));
    }

    public string WriteFile(string name, string text)
    {
        var path = Path.Combine(WorkingFolder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs a line, of which a part in quotes, such as the name of a file, may have spaces.</summary>
    public Task<CliResult> RunAsync(string line, CancellationToken cancellationToken = default) =>
        RunAsync([.. Words().Matches(line).Select(part => part.Value.Trim('\''))], cancellationToken);

    public async Task<CliResult> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        using var output = new MemoryStream();
        await using var error = new StringWriter();
        var shell = new CliConsole
        {
            Output = output,
            Error = error,
            Input = new MemoryStream(Encoding.UTF8.GetBytes(Input)),
            OutputIsTerminal = OutputIsTerminal,
            GetVariable = Variables.GetValueOrDefault,
            WorkingFolder = WorkingFolder,
            HomeFolder = HomeFolder,
            ProgramFolder = ProgramFolder,
            TimeProvider = new InstantTimeProvider(),
        };
        var exitCode = await Program.RunAsync(args, shell, cancellationToken);
        return new CliResult(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Task(string status) => $$"""{"id":"{{TaskId}}","status":"{{status}}"}""";

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Words();
}
