namespace OrleansHybrid.Silo;

/// <summary>
/// Where settings come from: the command line (<c>--public-url X</c>), then the environment (<c>HYBRID_PUBLIC_URL</c>,
/// or the file that <c>HYBRID_PUBLIC_URL_FILE</c> names).
/// </summary>
/// <param name="arguments">What the command line gives, by the variables that it stands for.</param>
/// <param name="environment">The environment's variables.</param>
internal sealed class CommandLineConfiguration(IReadOnlyDictionary<string, string> arguments, Func<string, string?> environment)
{
    /// <summary>The trimmed value; null when it is absent or blank.</summary>
    public string? this[string name] =>
        (arguments.GetValueOrDefault(name) ?? environment(name))?.Trim() is { Length: > 0 } value ? value : null;

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
