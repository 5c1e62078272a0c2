using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>The options that stand for settings: <c>--slots</c> for SLOTS. Secrets have none.</summary>
internal sealed class SettingOptions
{
    private static readonly (string Name, string ValueName, string Description)[] All =
    [
        ("--cluster-id", "ID", "The cluster, 24 hex digits, as its page shows them; needed"),
        ("--api-url", "URL", "The control plane's address; default: the one in the token"),
        ("--allow-http", "1", "Plain http to another machine, which sends secrets in the clear; default: 0"),
        ("--slots", "N", "Tasks at the same time, 1 to 1000; default: one per processor"),
        ("--executor", "NAME", "docker, or process: child processes, with no security boundary; default: docker"),
        ("--state-dir", "DIR", "Where the session is saved between runs; default: ~/.local/state/hybrid/runner"),
        ("--runner-name", "TEXT", "A name for people; default: the host's"),
        ("--log-limit", "BYTES", "The largest log of a task; default: 10 MiB"),
        ("--zip-cache-limit", "BYTES", "Most bytes of all zips kept in the state folder; default: 1 GiB"),
        ("--zip-unpacked-limit", "BYTES", "Most bytes that one zip may unpack to; default: 1 GiB"),
        ("--min-free-disk", "BYTES", "What must be free for tasks to be claimed; default: 128 MiB"),
        ("--accept-seals", "LIST", "Which sealed payloads are accepted: v1, s, r; default: all that the keys can decrypt"),
        ("--require-signed", "1", "Start only code packages that were signed with the key, by digest; default: 0"),
        ("--labels", "LIST", "What tasks may require of it: name or name=value, with commas between, as in gpu,zone=eu-1"),
        ("--link", "NAME", "https, or grains: the control plane's grains through its gateways, in its own network; default: https"),
        ("--gateways", "LIST", "With --link grains: where the gateways are, HOST:PORT with commas between them"),
        ("--gateway-certificate-file", "FILE", "With --link grains: this runner's certificate, as silo admin certificate runner NAME makes it"),
        ("--gateway-key-file", "FILE", "With --link grains: the certificate's key"),
        ("--gateway-ca-file", "FILE", "With --link grains: the installation's ca.crt"),
        ("--task-memory", "SIZE", "A task's memory where its cluster says nothing; default: 512m"),
        ("--memory-per-job", "SIZE", "The same as --task-memory, under an older name"),
        ("--max-memory", "SIZE", "The most memory that a cluster may ask for; default: all of the host's"),
        ("--task-cpus", "N", "Processors of a task; default: 2"),
        ("--cpu-shares", "N", "A task's weight among those that want the same processors; default: the engine's, 1024"),
        ("--task-pids", "N", "Processes and threads of a task; default: 256"),
        ("--task-disk", "SIZE", "What a task may write, where the storage can limit that, 0 for no limit; default: 10g"),
        ("--max-disk", "SIZE", "The most disk that a cluster may ask for; default: the size of the engine's disk"),
        ("--task-tmp", "SIZE", "Room in a task's /tmp, which counts as memory, 0 for the image's own /tmp; default: 64m"),
        ("--pull", "WHEN", "missing, always or never; default: missing"),
        ("--task-network", "NAME", "none, bridge or a network's name; default: one of our own, where tasks can't reach each other"),
        ("--task-dir-tmpfs", "DIR", "A folder of this host in memory, from which tasks' files are bound, which is faster; default: none"),
        ("--allow-images", "LIST", "Which images may run, such as registry.example.com/team/**, with commas between them; default: all"),
        ("--settings-file", "FILE", "JSON with settings by the names of their variables; options and variables win; default: none"),
        ("--policy-file", "FILE", "JSON: which images may run, and which get more or less than the above; default: none"),
        ("--max-timeout", "SECONDS", "The longest that a task may run; default: no limit"),
        ("--once", "1", "Shut down after one task; default: 0"),
        ("--stop-after-tasks", "N", "Shut down after so many tasks; it never claims more"),
        ("--stop-when-idle", "SECONDS", "Shut down after so long without a task"),
        ("--stop-after", "SECONDS", "Shut down so long after its start"),
        ("--ca-file", "FILE", "Root certificates in PEM that are trusted for the control plane, beside the system's"),
        ("--log-format", "FORMAT", "text, or json: one object a line; default: text"),
        ("--log-level", "LEVEL", "debug (a line for each task), info or warn; default: info"),
        ("--metrics", "ADDRESS", "unix:PATH or 127.0.0.1:PORT, which serves /metrics, /healthz and /readyz; default: none"),
    ];

    private readonly Dictionary<string, Option<string>> _options = All.ToDictionary(
        one => VariableOf(one.Name),
        one => ValueOption.Create(one.Name, one.ValueName, $"{one.Description} ({VariableOf(one.Name)})"));

    // No option, but settings all the same.
    private static readonly string[] OtherVariables = ["HOME", "XDG_STATE_HOME", "DOCKER_HOST", "RUN_AS", "RUNNER_IMAGE"];

    /// <summary>The variables that name files of secrets.</summary>
    public static IReadOnlyList<string> SecretFileVariables { get; } = ["CLUSTER_TOKEN_FILE", "CLUSTER_ID_FILE", "DECRYPTION_KEY_FILE"];

    /// <summary>The variables that they stand for.</summary>
    public static IReadOnlyList<string> Variables { get; } = [.. All.Select(one => VariableOf(one.Name))];

    /// <summary>Adds them to a command.</summary>
    public static SettingOptions AddTo(Command command)
    {
        var settings = new SettingOptions();
        foreach (var option in settings._options.Values)
        {
            command.Add(option);
        }

        return settings;
    }

    /// <summary>The settings by precedence: the command line, the environment, the file that either names; without secrets. Blank counts as not set.</summary>
    public IConfiguration Read(ParseResult parsed, Func<string, string?> environment)
    {
        var line = _options.Where(one => parsed.GetResult(one.Value) is { Implicit: false }).ToDictionary(
            one => one.Key, one => Normalize(parsed.GetRequiredValue(one.Value)));
        var variables = Variables.Concat(SecretFileVariables).Concat(OtherVariables)
            .ToDictionary(name => name, name => Normalize(environment(name)))
            .Where(one => one.Value is not null)
            .ToList();
        var given = new ConfigurationBuilder().AddInMemoryCollection(variables).AddInMemoryCollection(line).Build();
        return given[SettingsFile.Setting] is not { } file ? given : new ConfigurationBuilder()
            .AddInMemoryCollection(SettingsFile.Read(file))
            .AddInMemoryCollection(variables)
            .AddInMemoryCollection(line)
            .Build();
    }

    /// <summary>The trimmed value; null when it is absent or blank.</summary>
    public static string? Normalize(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static string VariableOf(string option) => option[2..].Replace('-', '_').ToUpperInvariant();
}
