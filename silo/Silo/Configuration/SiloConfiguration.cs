using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

namespace OrleansHybrid.Silo.Configuration;

/// <summary>
/// Where settings come from. A later source wins: <c>appsettings.json</c> beside the program, the environment (<c>HYBRID_PUBLIC_URL</c>), the
/// folder of secrets, the command line (<c>--public-url</c>). A blank value stands for none.
/// </summary>
internal static class SiloConfiguration
{
    /// <summary>Names a folder with a file for each of some settings.</summary>
    public const string SecretsVariable = "HYBRID_SECRETS";

    /// <summary>The configuration key of each variable.</summary>
    public static IReadOnlyDictionary<string, string> Keys { get; } = new Dictionary<string, string>
    {
        ["HYBRID_URLS"] = "Server:Urls",
        ["HYBRID_PUBLIC_URL"] = "Server:PublicUrl",
        ["HYBRID_METRICS"] = "Server:MetricsUrl",
        ["HYBRID_LEAVE_SECONDS"] = "Server:ShutdownSeconds",
        ["HYBRID_DATA"] = "Store:DataDirectory",
        ["HYBRID_POSTGRES"] = "Store:Postgres",
        ["HYBRID_POSTGRES_FILE"] = "Store:PostgresFile",
        ["HYBRID_SERVER_KEY_FILE"] = "Store:ServerKeyFile",
        ["HYBRID_SILO"] = "Clustering:Silo",
        ["HYBRID_CERTIFICATES"] = "Clustering:Certificates",
        ["HYBRID_PAYLOAD_LIMIT"] = "Api:PayloadLimit",
        ["HYBRID_SCHEDULE_LIMIT"] = "Api:ScheduleLimit",
        ["HYBRID_UPLOAD_LIMIT"] = "Api:UploadLimit",
        ["HYBRID_LOG_LIMIT"] = "Api:LogLimit",
        ["HYBRID_RUNTIME_IMAGES"] = "Api:RuntimeImages",
        [LauncherPolicyVariable] = "Launcher:Policy",
        ["HYBRID_LOG_FORMAT"] = "Log:Format",
        ["HYBRID_LOG_LEVEL"] = "Log:Level",
        ["HYBRID_NO_RUNNER"] = "Runner:Disabled",
        ["HYBRID_EXECUTOR"] = "Runner:Executor",
        ["HYBRID_SLOTS"] = "Runner:Slots",
    };

    /// <summary>Names the launcher's policy file; without it there is no launcher.</summary>
    public const string LauncherPolicyVariable = "HYBRID_LAUNCHER_POLICY";

    /// <summary>Reads all sources but <c>appsettings.json</c>, which has keys of its own, by the names of variables.</summary>
    /// <param name="commandLine">The options of the command line, by the variables that they stand for.</param>
    /// <param name="environment">The environment's variables.</param>
    public static IConfiguration Create(IReadOnlyDictionary<string, string> commandLine, Func<string, string?> environment)
    {
        var variables = new ConfigurationBuilder().AddInMemoryCollection(Keys.Keys.Select(name => KeyValuePair.Create(name, environment(name))));
        if ((commandLine.GetValueOrDefault(SecretsVariable) ?? environment(SecretsVariable))?.Trim() is { Length: > 0 } folder)
        {
            variables.AddSecrets(Path.GetFullPath(folder));
        }

        var given = variables.AddInMemoryCollection(commandLine.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
        return new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddInMemoryCollection(Keys.Where(pair => given[pair.Key] is not null).Select(pair => KeyValuePair.Create(pair.Value, given[pair.Key])))
            .Build();
    }

    /// <summary>These settings alone, whatever this machine's are.</summary>
    public static IConfiguration CreateFrom(IEnumerable<KeyValuePair<string, string>> variables) => new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Select(pair => KeyValuePair.Create(Keys[pair.Key], (string?)pair.Value)))
        .Build();

    /// <summary>A control plane on a free port of loopback that is shown at work and leaves nothing behind.</summary>
    public static IConfiguration CreateTemporary(string folder, string launcherPolicy) => CreateFrom(
    [
        new("HYBRID_DATA", folder), new("HYBRID_URLS", "http://127.0.0.1:0"), new(LauncherPolicyVariable, launcherPolicy),
    ]);

    /// <summary>The value of a variable or its key, trimmed; null when there is none.</summary>
    public static string? GetSetting(this IConfiguration configuration, string variable) =>
        configuration[Keys[variable]]?.Trim() is { Length: > 0 } value ? value : null;

    private static void AddSecrets(this IConfigurationBuilder variables, string folder)
    {
        try
        {
            // A mount may be a folder of links, some of them hidden ones.
            var files = new PhysicalFileProvider(folder, Microsoft.Extensions.FileProviders.Physical.ExclusionFilters.None);
            variables.Add(new KeyPerFileConfigurationSource { FileProvider = files, IgnoreCondition = name => !Keys.ContainsKey(name) }).Build();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new ConfigurationException(SecretsVariable, "names a folder that can't be read: check its path and rights.");
        }
    }
}
