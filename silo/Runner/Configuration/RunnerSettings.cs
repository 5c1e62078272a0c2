using System.Globalization;
using Microsoft.Extensions.Configuration;
using OrleansHybrid.Runner.ControlPlane;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>Turns settings into checked <see cref="RunnerOptions"/>, or says which one is wrong and what to do.</summary>
internal static class RunnerSettings
{
    /// <summary>Settings that must not stay in the environment once they are read.</summary>
    public static IReadOnlyList<string> Secrets { get; } = ["CLUSTER_TOKEN", "DECRYPTION_KEY"];

    /// <summary>The options; throws <see cref="ConfigurationException"/>.</summary>
    public static RunnerOptions Read(IConfiguration source, SecretSource secrets)
    {
        var token = secrets.Read("CLUSTER_TOKEN") ?? throw new ConfigurationException(
            "CLUSTER_TOKEN", "is missing: the cluster's page shows it beside CLUSTER_ID; set both.");
        var gateways = GatewaySettings.Read(source);
        var (executor, state) = (ReadExecutor(source), source["STATE_DIR"] ?? ReadStateHome(source));
        return new RunnerOptions
        {
            ClusterId = ReadClusterId(secrets),
            ClusterToken = token,
            ApiUrl = gateways is null ? ReadApiUrl(source, token) : null,
            Gateways = gateways,
            SealPolicy = SealSettings.Read(source, secrets),
            Lifetime = LifetimeSettings.Read(source),
            Authorities = MonitoringSettings.ReadAuthorities(source),
            MonitoringEndpoint = MonitoringSettings.ReadMonitoringEndpoint(source),
            Slots = (int)ReadNumber(source, "SLOTS", Math.Min(Environment.ProcessorCount, 1000), 1, 1000),
            Executor = executor,
            StateDirectory = state,
            Name = ReadName(source),
            Labels = LabelSettings.Read(source),
            LogLimit = ReadNumber(source, "LOG_LIMIT", RunnerOptions.DefaultLogLimit, 4096, 1L << 40),
            ZipCacheLimit = ReadNumber(source, "ZIP_CACHE_LIMIT", RunnerOptions.DefaultZipCacheLimit, 1 << 20, 1L << 50),
            MaxTimeoutSeconds = TaskLimitSettings.ReadMaxTimeout(source),
            Docker = TaskLimitSettings.Read(source, executor, state),
            ZipUnpackedLimit = ReadNumber(source, "ZIP_UNPACKED_LIMIT", RunnerOptions.DefaultZipUnpackedLimit, 1 << 20, 1L << 50),
            MinFreeDisk = ReadNumber(source, "MIN_FREE_DISK", RunnerOptions.DefaultMinFreeDisk, 0, 1L << 50),
        };
    }

    private static string ReadClusterId(SecretSource secrets)
    {
        var id = secrets.Read("CLUSTER_ID") ?? throw new ConfigurationException(
            "CLUSTER_ID", "is missing: the cluster's page shows it beside CLUSTER_TOKEN; set both.");
        return id.Length == 24 && id.All(char.IsAsciiHexDigit)
            ? id.ToLowerInvariant()
            : throw new ConfigurationException("CLUSTER_ID", "is not 24 hex digits: copy it from the cluster's page.");
    }

    private static Uri ReadApiUrl(IConfiguration source, string token)
    {
        var address = source["API_URL"] is { } text
            ? ParseAddress(text)
            : ClusterTokenParser.ParseAddress(token) ?? throw new ConfigurationException(
                "CLUSTER_TOKEN", "holds no control plane address: copy all of it, or set API_URL.");
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && source["ALLOW_HTTP"] != "1")
        {
            throw new ConfigurationException(
                source["API_URL"] is null ? "CLUSTER_TOKEN" : "API_URL",
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

    private static ExecutorKind ReadExecutor(IConfiguration source)
    {
        return source["EXECUTOR"]?.ToLowerInvariant() switch
        {
            null or "docker" => ExecutorKind.Docker,
            "process" => ExecutorKind.Process,
            _ => throw new ConfigurationException("EXECUTOR", "must be docker or process."),
        };
    }

    internal static long ReadNumber(IConfiguration source, string name, long defaultValue, long min, long max)
    {
        if (source[name] is not { } text)
        {
            return defaultValue;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
            ? number
            : throw new ConfigurationException(name, $"must be a whole number from {min} to {max}.");
    }

    private static string ReadName(IConfiguration source)
    {
        var name = source["RUNNER_NAME"] ?? Environment.MachineName;
        return name.Length <= 200 && !name.Any(char.IsControl)
            ? name
            : throw new ConfigurationException("RUNNER_NAME", "must be at most 200 printable characters.");
    }

    private static string? ReadStateHome(IConfiguration source)
    {
        var home = source["HOME"];
        var state = source["XDG_STATE_HOME"] ?? (home is null ? null : Path.Combine(home, ".local", "state"));
        return state is null ? null : Path.Combine(state, "hybrid", "runner");
    }
}
