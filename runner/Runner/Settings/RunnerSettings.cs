using System.Globalization;
using OrleansHybrid.Runner.Link;

namespace OrleansHybrid.Runner.Settings;

/// <summary>Turns settings into checked <see cref="RunnerOptions"/>, or says which one is wrong and what to do.</summary>
internal static class RunnerSettings
{
    /// <summary>Settings that must not stay in the environment once they are read.</summary>
    public static IReadOnlyList<string> Secrets { get; } = ["CLUSTER_TOKEN", "DECRYPTION_KEY"];

    public static RunnerOptions Read(SettingSource source)
    {
        var token = source.Secret("CLUSTER_TOKEN") ?? throw new BadSettingException(
            "CLUSTER_TOKEN", "is missing: the cluster's page shows it beside CLUSTER_ID; set both.");
        var gateways = LinkSettings.Read(source);
        var (executor, state) = (ExecutorIn(source), source["STATE_DIR"] ?? StateHomeIn(source));
        return new RunnerOptions
        {
            ClusterId = ClusterIdIn(source),
            ClusterToken = token,
            ApiUrl = gateways is null ? ApiUrlIn(source, token) : null,
            Gateways = gateways,
            Seals = SealSettings.Read(source),
            Limits = LifeSettings.Read(source),
            Authorities = OutsideSettings.AuthoritiesIn(source),
            Metrics = OutsideSettings.MetricsIn(source),
            Slots = (int)NumberIn(source, "SLOTS", Math.Min(Environment.ProcessorCount, 1000), 1, 1000),
            Executor = executor,
            StateDirectory = state,
            Name = NameIn(source),
            Labels = LabelSettings.Read(source),
            LogLimit = NumberIn(source, "LOG_LIMIT", RunnerOptions.DefaultLogLimit, 4096, 1L << 40),
            ZipCacheLimit = NumberIn(source, "ZIP_CACHE_LIMIT", RunnerOptions.DefaultZipCacheLimit, 1 << 20, 1L << 50),
            MaxTimeoutSeconds = TaskLimitSettings.MaxTimeoutIn(source),
            Docker = TaskLimitSettings.Read(source, executor, state),
            ZipUnpackedLimit = NumberIn(source, "ZIP_UNPACKED_LIMIT", RunnerOptions.DefaultZipUnpackedLimit, 1 << 20, 1L << 50),
            MinFreeDisk = NumberIn(source, "MIN_FREE_DISK", RunnerOptions.DefaultMinFreeDisk, 0, 1L << 50),
        };
    }

    private static string ClusterIdIn(SettingSource source)
    {
        var id = source.Secret("CLUSTER_ID") ?? throw new BadSettingException(
            "CLUSTER_ID", "is missing: the cluster's page shows it beside CLUSTER_TOKEN; set both.");
        return id.Length == 24 && id.All(char.IsAsciiHexDigit)
            ? id.ToLowerInvariant()
            : throw new BadSettingException("CLUSTER_ID", "is not 24 hex digits: copy it from the cluster's page.");
    }

    private static Uri ApiUrlIn(SettingSource source, string token)
    {
        var address = source["API_URL"] is { } text
            ? AddressOf(text)
            : ClusterToken.AddressIn(token) ?? throw new BadSettingException(
                "CLUSTER_TOKEN", "holds no control plane address: copy all of it, or set API_URL.");
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && source["ALLOW_HTTP"] != "1")
        {
            throw new BadSettingException(
                source["API_URL"] is null ? "CLUSTER_TOKEN" : "API_URL",
                "leads over plain http to another machine: use https, or set ALLOW_HTTP=1 to send secrets in the clear.");
        }

        return address;
    }

    private static Uri AddressOf(string text)
    {
        return Uri.TryCreate(text, UriKind.Absolute, out var address)
            && ClusterToken.IsHttp(address)
            && address.UserInfo.Length == 0
            ? address
            : throw new BadSettingException("API_URL", "is not an http or https address without user and password.");
    }

    private static ExecutorKind ExecutorIn(SettingSource source)
    {
        return source["EXECUTOR"]?.ToLowerInvariant() switch
        {
            null or "docker" => ExecutorKind.Docker,
            "process" => ExecutorKind.Process,
            _ => throw new BadSettingException("EXECUTOR", "must be docker or process."),
        };
    }

    internal static long NumberIn(SettingSource source, string name, long byDefault, long least, long most)
    {
        if (source[name] is not { } text)
        {
            return byDefault;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
            ? number
            : throw new BadSettingException(name, $"must be a whole number from {least} to {most}.");
    }

    private static string NameIn(SettingSource source)
    {
        var name = source["RUNNER_NAME"] ?? Environment.MachineName;
        return name.Length <= 200 && !name.Any(char.IsControl)
            ? name
            : throw new BadSettingException("RUNNER_NAME", "must be at most 200 printable characters.");
    }

    private static string? StateHomeIn(SettingSource source)
    {
        var home = source["HOME"];
        var state = source["XDG_STATE_HOME"] ?? (home is null ? null : Path.Combine(home, ".local", "state"));
        return state is null ? null : Path.Combine(state, "hybrid", "runner");
    }
}
