namespace OrleansHybrid.Runner.Configuration;

/// <summary>Where settings come from: the command line (<c>--slots 4</c> for SLOTS), then the environment.</summary>
internal sealed class SettingSource
{
    /// <summary>Most bytes of a secret in a file or from standard input: several keys in PEM, and room.</summary>
    public const int MaxSecretBytes = 1024 * 1024;

    // A proxy's address may hold a password.
    private static readonly string[] SensitiveNames =
        ["CLUSTER_TOKEN", "DECRYPTION_KEY", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

    private readonly IReadOnlyDictionary<string, string> _arguments;
    private readonly Func<string, string?> _environment;
    private readonly StandardInput _input;

    /// <param name="arguments">What the command line gives, by the variables that it stands for.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="input">Opens standard input.</param>
    public SettingSource(IReadOnlyDictionary<string, string> arguments, Func<string, string?> environment, Func<Stream>? input = null)
    {
        _arguments = arguments;
        _environment = environment;
        _input = new StandardInput(input ?? Console.OpenStandardInput);
    }

    /// <summary>The trimmed value; null when it is absent or blank.</summary>
    public string? this[string name]
    {
        get
        {
            var value = _arguments.GetValueOrDefault(name) ?? _environment(name);
            return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
        }
    }

    /// <summary>Names of what is set and must not be shown.</summary>
    public IReadOnlyList<string> PresentSensitiveNames => [.. SensitiveNames.Where(name => this[name] is not null)];

    /// <summary>What else is set, as <c>NAME=value</c>, but for what the image sets by itself.</summary>
    public IReadOnlyList<string> PresentSettings =>
    [
        .. SettingOptions.Variables.Concat(SensitiveNames.Select(name => name + "_FILE")).Append("DOCKER_HOST")
            .Where(name => name is not ("CLUSTER_ID" or "STATE_DIR") && this[name] is not null)
            .Select(name => $"{name}={this[name]}"),
    ];

    /// <summary>A secret's value, or the content of the file that its <c>_FILE</c> twin names.</summary>
    public string? ReadSecret(string name)
    {
        using var secret = ReadPinnedSecret(name);
        return secret?.Text.ToString();
    }

    /// <summary>The same, without a copy that can't be wiped; from a variable there is one all the same.</summary>
    public PinnedSecret? ReadPinnedSecret(string name)
    {
        var file = this[name + "_FILE"];
        if (file is null)
        {
            return this[name] is { } text ? PinnedSecret.From(text) : null;
        }

        if (this[name] is not null)
        {
            throw new ConfigurationException(name, $"and {name}_FILE are both set: keep one of them.");
        }

        try
        {
            var value = StandardInput.IsName(file) ? _input.ReadFor(name + "_FILE") : ReadFile(name, file);
            return value.Text.Length > 0 ? value : throw new ConfigurationException(name + "_FILE", StandardInput.IsName(file)
                ? "names standard input, from which nothing came: pipe it in, with docker run -i (and no -t)."
                : "names an empty file.");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(name + "_FILE", "names a file that can't be read: check its path and rights.");
        }
    }

    /// <summary>Wipes what came by standard input.</summary>
    public void WipeSecrets() => _input.Wipe();

    private static PinnedSecret ReadFile(string name, string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return PinnedSecret.Read(file, MaxSecretBytes)
            ?? throw new ConfigurationException(name + "_FILE", "names a file with more in it than a key is long.");
    }
}
