namespace Orleans.Hybrid.Silo;

/// <summary>Where settings come from: the command line (<c>--data-dir X</c>), then the environment (<c>HYBRID_DATA_DIR</c>).</summary>
internal sealed class Settings
{
    private const string Prefix = "HYBRID_";

    private static readonly HashSet<string> Known =
    [
        "HYBRID_URLS", "HYBRID_DATA_DIR", "HYBRID_DATABASE", "HYBRID_PUBLIC_URL", "HYBRID_SERVER_KEY_FILE", "HYBRID_SILO",
        "HYBRID_LOG_FORMAT",
    ];

    private readonly Dictionary<string, string> _arguments = [];
    private readonly Func<string, string?> _environment;

    public Settings(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        _environment = environment;
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var name = Prefix + arguments[i].TrimStart('-').Replace('-', '_').ToUpperInvariant();
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || !Known.Contains(name))
            {
                throw new BadSettingException(arguments[i], "is not an option: see --help.");
            }

            _arguments[name] = i + 1 < arguments.Count
                ? arguments[i + 1]
                : throw new BadSettingException(arguments[i], "needs a value.");
        }
    }

    /// <summary>The trimmed value; null when it is absent or blank.</summary>
    public string? this[string name] =>
        (_arguments.GetValueOrDefault(name) ?? _environment(name))?.Trim() is { Length: > 0 } value ? value : null;

    /// <summary>The value, or the content of the file that its <c>_FILE</c> twin names.</summary>
    public string? Secret(string name)
    {
        if (_environment($"{name}_FILE") is not { Length: > 0 } file)
        {
            return this[name];
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new BadSettingException($"{name}_FILE", "names a file that can't be read: check its path and rights.");
        }
    }
}
