namespace OrleansHybrid.Silo;

/// <summary>
/// Where settings come from: the command line (<c>--public-url X</c>), then the environment (<c>HYBRID_PUBLIC_URL</c>,
/// or the file that <c>HYBRID_PUBLIC_URL_FILE</c> names).
/// </summary>
internal sealed class CommandLineConfiguration
{
    private const string Prefix = "HYBRID_";

    private static readonly HashSet<string> Known =
    [
        "HYBRID_URLS", "HYBRID_DATA", "HYBRID_POSTGRES_FILE", "HYBRID_PUBLIC_URL", "HYBRID_SERVER_KEY_FILE",
        "HYBRID_SILO", "HYBRID_LOG_FORMAT", "HYBRID_LOG_LEVEL", "HYBRID_PAYLOAD_LIMIT", "HYBRID_EXECUTOR", "HYBRID_SLOTS",
        "HYBRID_LEAVE_SECONDS", "HYBRID_SCHEDULE_LIMIT", "HYBRID_UPLOAD_LIMIT", "HYBRID_LOG_LIMIT", "HYBRID_RUNTIME_IMAGES",
        "HYBRID_LAUNCHER_POLICY", "HYBRID_CERTIFICATES",
    ];

    private static readonly HashSet<string> Flags = ["HYBRID_NO_RUNNER"];

    private readonly Dictionary<string, string> _arguments = [];
    private readonly Func<string, string?> _environment;

    public CommandLineConfiguration(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        _environment = environment;
        for (var i = 0; i < arguments.Count; i++)
        {
            var (option, value) = arguments[i].Split('=', 2) is [var before, var after]
                ? (before, after)
                : (arguments[i], null);
            var name = Prefix + option.TrimStart('-').Replace('-', '_').ToUpperInvariant();
            if (!option.StartsWith("--", StringComparison.Ordinal) || !(Known.Contains(name) || Flags.Contains(name)))
            {
                throw new ConfigurationException(option, "is not an option: see --help.");
            }

            _arguments[name] = value ?? (Flags.Contains(name) ? "1"
                : ++i < arguments.Count ? arguments[i]
                : throw new ConfigurationException(option, "needs a value."));
        }
    }

    /// <summary>The trimmed value; null when it is absent or blank.</summary>
    public string? this[string name] =>
        (_arguments.GetValueOrDefault(name) ?? _environment(name))?.Trim() is { Length: > 0 } value ? value : null;

    /// <summary>The value, or the content of the file that its <c>_FILE</c> twin names.</summary>
    public string? Secret(string name)
    {
        if (this[$"{name}_FILE"] is not { } file)
        {
            return this[name];
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"{name}_FILE", "names a file that can't be read: check its path and rights.");
        }
    }
}
