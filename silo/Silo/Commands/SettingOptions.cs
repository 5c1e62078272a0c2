using System.CommandLine;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Commands;

/// <summary>
/// The options that stand for settings. Every command takes all of them, since all read the same settings; its help shows
/// those that it does something with.
/// </summary>
internal sealed class SettingOptions
{
    private readonly Dictionary<string, Option<string>> _options = new()
    {
        [SiloConfiguration.SecretsVariable] = Create("--secrets", "DIR", "A folder with a file for each secret setting, named as its variable; default: none"),
        ["HYBRID_URLS"] = Create("--urls", "URLS", "Addresses to listen on, with ; between them; default: http://127.0.0.1:8080"),
        ["HYBRID_DATA"] = Create("--data", "DIR", "Where the SQLite file, the server key and connection.json live; default: hybrid/silo in the user's data folder"),
        ["HYBRID_POSTGRES_FILE"] = Create(
            "--postgres-file", "FILE", "File with a PostgreSQL connection string, which may be in HYBRID_POSTGRES, too; default: a SQLite file"),
        ["HYBRID_NO_RUNNER"] = new("--no-runner") { Description = "The control plane alone", Arity = ArgumentArity.ZeroOrOne },
        ["HYBRID_EXECUTOR"] = Create(
            "--executor", "NAME", "What the runner beside it runs tasks in: docker, or process (no security boundary); default: docker where it answers"),
        ["HYBRID_SLOTS"] = Create("--slots", "N", "How many tasks it runs at the same time, 1 to 1000; default: one per processor"),
        ["HYBRID_PUBLIC_URL"] = Create("--public-url", "URL", "Address by which runners reach this server; default: the first that it listens on"),
        ["HYBRID_SERVER_KEY_FILE"] = Create("--server-key-file", "FILE", "The key that all silos on one database share; default: server.key in --data"),
        ["HYBRID_SILO"] = Create(
            "--silo", "HOST:PORT:PORT", "This silo's address and two ports, to be one of several on PostgreSQL; default: no port"),
        ["HYBRID_CERTIFICATES"] = Create(
            "--certificates", "DIR", "With --silo: the folder with this silo's certificate, as silo admin secrets makes it"),
        ["HYBRID_LEAVE_SECONDS"] = Create(
            "--leave-seconds", "N", "How long it serves on after SIGTERM, while /readyz refuses, 0 to 20; default: 1, or 5 with --silo"),
        ["HYBRID_PAYLOAD_LIMIT"] = Create("--payload-limit", "BYTES", "The largest payload and config; default: 65536"),
        ["HYBRID_SCHEDULE_LIMIT"] = Create("--schedule-limit", "N", "How many schedules of a project may not have ended; default: 100"),
        ["HYBRID_UPLOAD_LIMIT"] = Create("--upload-limit", "BYTES", "The largest zip of a code package; default: 67108864"),
        ["HYBRID_LOG_LIMIT"] = Create("--log-limit", "BYTES", "The largest log of a task; default: 10485760"),
        ["HYBRID_RUNTIME_IMAGES"] = Create("--runtime-images", "MAP", "Which image runs a zip that comes without one: ruby=ruby:3;sh=alpine:3"),
        ["HYBRID_LAUNCHER_POLICY"] = Create("--launcher-policy", "FILE", "The launcher's policy, under which its port is opened; default: no launcher"),
        ["HYBRID_METRICS"] = Create("--metrics", "URL", "An address for /metrics alone, such as http://127.0.0.1:9464; default: none"),
        ["HYBRID_LOG_FORMAT"] = Create("--log-format", "FORMAT", "text or json; default: text"),
        ["HYBRID_LOG_LEVEL"] = Create("--log-level", "LEVEL", "debug (a line for each task of the runner beside it), info or warn; default: info"),
    };

    private SettingOptions()
    {
        foreach (var (variable, option) in _options)
        {
            option.Description += $" ({variable})";
        }

        _options["HYBRID_NO_RUNNER"].Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("" or "1" or "true") }])
            {
                result.AddError("--no-runner takes no value: leave it out");
            }
        });
    }

    /// <summary>The options that only a runner in the same process needs.</summary>
    public static IReadOnlyList<string> RunnerOnly { get; } = ["HYBRID_NO_RUNNER", "HYBRID_EXECUTOR", "HYBRID_SLOTS"];

    /// <summary>All that a control plane reads.</summary>
    public static IReadOnlyList<string> ControlPlane { get; } = [.. new SettingOptions()._options.Keys.Except(RunnerOnly)];

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shown">Whose help has these.</param>
    public static SettingOptions AddTo(Command command, params IEnumerable<string> shown)
    {
        var settings = new SettingOptions();
        foreach (var (variable, option) in settings._options)
        {
            option.Hidden = !shown.Contains(variable);
            option.Recursive = command.Subcommands.Count > 0;
            command.Add(option);
        }

        return settings;
    }

    /// <summary>All settings, of which the line wins; throws with a line for each that is wrong.</summary>
    public IConfiguration Read(ParseResult parsed) => Read(parsed, Environment.GetEnvironmentVariable);

    /// <summary>The same, of another environment.</summary>
    public IConfiguration Read(ParseResult parsed, Func<string, string?> environment) => SiloConfiguration.Create(
        _options
            .Select(pair => (pair.Key, Result: parsed.GetResult(pair.Value)))
            .Where(pair => pair.Result is { Implicit: false })
            .ToDictionary(pair => pair.Key, pair => pair.Result!.Tokens is [.., var last] ? last.Value : "1"),
        environment).Validated();

    private static Option<string> Create(string name, string valueName, string description) =>
        ValueOption.Create(name, valueName, description);
}
