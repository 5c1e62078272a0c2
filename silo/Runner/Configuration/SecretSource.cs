using Microsoft.Extensions.Configuration;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>
/// Reads secrets, each from its variable or from the file that its <c>_FILE</c> twin names. They stay out of the configuration, which would
/// keep copies of them.
/// </summary>
/// <param name="settings">The other settings, which name the files.</param>
/// <param name="environment">The environment's variables.</param>
/// <param name="input">Opens standard input.</param>
internal sealed class SecretSource(IConfiguration settings, Func<string, string?> environment, Func<Stream>? input = null)
{
    /// <summary>Most bytes of a secret in a file or from standard input: several keys in PEM, and room.</summary>
    public const int MaxSecretBytes = 1024 * 1024;

    // A proxy's address may hold a password.
    private static readonly string[] SensitiveNames =
        ["CLUSTER_TOKEN", "DECRYPTION_KEY", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

    private readonly StandardInput _input = new(input ?? Console.OpenStandardInput);

    /// <summary>Names of what is set and must not be shown.</summary>
    public IReadOnlyList<string> PresentNames => [.. SensitiveNames.Where(name => ReadVariable(name) is not null)];

    /// <summary>A secret's value, or the content of the file that its <c>_FILE</c> twin names.</summary>
    public string? Read(string name)
    {
        using var secret = ReadPinned(name);
        return secret?.Text.ToString();
    }

    /// <summary>The same, without a copy that can't be wiped; from a variable there is one all the same.</summary>
    public PinnedSecret? ReadPinned(string name)
    {
        var file = settings[name + "_FILE"];
        if (file is null)
        {
            return ReadVariable(name) is { } text ? PinnedSecret.From(text) : null;
        }

        if (ReadVariable(name) is not null)
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
    public void Wipe() => _input.Wipe();

    private string? ReadVariable(string name) => settings[name] ?? SettingOptions.Normalize(environment(name));

    private static PinnedSecret ReadFile(string name, string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return PinnedSecret.Read(file, MaxSecretBytes)
            ?? throw new ConfigurationException(name + "_FILE", "names a file with more in it than a key is long.");
    }
}
