using Microsoft.Extensions.Configuration;
using OrleansHybrid.Runner.ControlPlane;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>Turns settings into checked <see cref="RunnerOptions"/>, or says which ones are wrong and what to do.</summary>
internal static class RunnerSettings
{
    private const int MaxNameLength = 200;

    private static readonly Dictionary<string, bool> Flags = new() { ["0"] = false, ["1"] = true };

    private static readonly Dictionary<string, ExecutorKind> Executors = new(StringComparer.OrdinalIgnoreCase)
    {
        ["docker"] = ExecutorKind.Docker,
        ["process"] = ExecutorKind.Process,
    };

    /// <summary>Settings that must not stay in the environment once they are read.</summary>
    public static IReadOnlyList<string> Secrets { get; } = ["CLUSTER_TOKEN", "DECRYPTION_KEY"];

    /// <summary>The options; throws <see cref="ConfigurationException"/> with a line for each setting that is wrong.</summary>
    public static RunnerOptions Read(IConfiguration source, SecretSource secrets)
    {
        var settings = new SettingReader(name => source[name]);
        return settings.Complete(Read(settings, secrets));
    }

    private static RunnerOptions Read(SettingReader settings, SecretSource secrets)
    {
        var token = settings.Read(
            () => secrets.Read("CLUSTER_TOKEN") ?? throw new ConfigurationException(
                "CLUSTER_TOKEN", "is missing: the cluster's page shows it beside CLUSTER_ID; set both."),
            null);
        var isLinkedByGrains = GatewaySettings.ReadLink(settings);
        var executor = settings.ReadWord("EXECUTOR", ExecutorKind.Docker, Executors, "must be docker or process.");
        var state = settings["STATE_DIR"] ?? ReadStateHome(settings);
        return new RunnerOptions
        {
            ClusterId = settings.Read(() => ReadClusterId(secrets), ""),
            ClusterToken = token ?? "",
            ApiUrl = isLinkedByGrains ? null : ReadApiUrl(settings, token),
            Gateways = isLinkedByGrains ? GatewaySettings.Read(settings) : null,
            SealPolicy = SealSettings.Read(settings, secrets),
            Lifetime = LifetimeSettings.Read(settings),
            Authorities = MonitoringSettings.ReadAuthorities(settings),
            MonitoringEndpoint = MonitoringSettings.ReadMonitoringEndpoint(settings),
            LogsJson = MonitoringSettings.ReadLogFormat(settings),
            LogLevel = MonitoringSettings.ReadLogLevel(settings),
            Slots = (int)ReadNumber(settings, "SLOTS", Math.Min(Environment.ProcessorCount, 1000), 1, 1000),
            Executor = executor,
            StateDirectory = state,
            Name = settings.Read(
                "RUNNER_NAME", Environment.MachineName, name => IsName(name) ? name : null, $"must be at most {MaxNameLength} printable characters."),
            Labels = LabelSettings.Read(settings),
            LogLimit = ReadNumber(settings, "LOG_LIMIT", RunnerOptions.DefaultLogLimit, 4096, 1L << 40),
            ZipCacheLimit = ReadNumber(settings, "ZIP_CACHE_LIMIT", RunnerOptions.DefaultZipCacheLimit, 1 << 20, 1L << 50),
            MaxTimeoutSeconds = TaskLimitSettings.ReadMaxTimeout(settings),
            Docker = TaskLimitSettings.Read(settings, executor, state),
            ZipUnpackedLimit = ReadNumber(settings, "ZIP_UNPACKED_LIMIT", RunnerOptions.DefaultZipUnpackedLimit, 1 << 20, 1L << 50),
            MinFreeDisk = ReadNumber(settings, "MIN_FREE_DISK", RunnerOptions.DefaultMinFreeDisk, 0, 1L << 50),
        };
    }

    internal static bool ReadFlag(SettingReader settings, string name) => settings.ReadWord(name, false, Flags, "must be 1 or 0.");

    internal static long ReadNumber(SettingReader settings, string name, long defaultValue, long min, long max) =>
        settings.ReadNumber(name, defaultValue, min, max, $"must be a whole number from {min} to {max}.");

    private static string ReadClusterId(SecretSource secrets)
    {
        var id = secrets.Read("CLUSTER_ID") ?? throw new ConfigurationException(
            "CLUSTER_ID", "is missing: the cluster's page shows it beside CLUSTER_TOKEN; set both.");
        return id.Length == 24 && id.All(char.IsAsciiHexDigit)
            ? id.ToLowerInvariant()
            : throw new ConfigurationException("CLUSTER_ID", "is not 24 hex digits: copy it from the cluster's page.");
    }

    // A token that is missing has been named already.
    private static Uri? ReadApiUrl(SettingReader settings, string? token) => settings["API_URL"] is null && token is null
        ? null
        : settings.Read(() => ParseApiUrl(settings, token), null);

    private static Uri ParseApiUrl(SettingReader settings, string? token)
    {
        var address = settings["API_URL"] is { } text
            ? ParseAddress(text)
            : ClusterTokenParser.ParseAddress(token!) ?? throw new ConfigurationException(
                "CLUSTER_TOKEN", "holds no control plane address: copy all of it, or set API_URL.");
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && settings["ALLOW_HTTP"] != "1")
        {
            throw new ConfigurationException(
                settings["API_URL"] is null ? "CLUSTER_TOKEN" : "API_URL",
                "leads over plain http to another machine: use https, or set ALLOW_HTTP=1 to send secrets in the clear.");
        }

        return address;
    }

    private static Uri ParseAddress(string text)
    {
        return Uri.TryCreate(text, UriKind.Absolute, out var address)
            && ClusterTokenParser.IsHttp(address)
            && address.UserInfo.Length == 0
            ? address
            : throw new ConfigurationException("API_URL", "is not an http or https address without user and password.");
    }

    private static bool IsName(string name) => name.Length <= MaxNameLength && !name.Any(char.IsControl);

    private static string? ReadStateHome(SettingReader settings)
    {
        var home = settings["HOME"];
        var state = settings["XDG_STATE_HOME"] ?? (home is null ? null : Path.Combine(home, ".local", "state"));
        return state is null ? null : Path.Combine(state, "hybrid", "runner");
    }
}
