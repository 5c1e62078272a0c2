namespace OrleansHybrid.Runner.Configuration;

/// <summary>A secret that is written to the runner rather than stored anywhere; there is one input, and so one such secret.</summary>
internal sealed class StandardInput(Func<Stream> open)
{
    private (string Setting, PinnedSecret Text)? _read;

    /// <summary>Whether a file's name means this.</summary>
    public static bool IsName(string file) => file is "-" or "/dev/stdin";

    /// <summary>All of it up to its end, for the one setting that names it.</summary>
    public PinnedSecret ReadFor(string setting)
    {
        _read ??= (setting, ReadAll(setting));
        return _read.Value.Setting == setting
            ? PinnedSecret.From(_read.Value.Text.Text)
            : throw new ConfigurationException(
                setting, $"and {_read.Value.Setting} both name standard input, which ends only once: give one of them a file.");
    }

    /// <summary>Wipes what was read; it can't be read again.</summary>
    public void Wipe() => _read?.Text.Dispose();

    private PinnedSecret ReadAll(string setting)
    {
        using var input = open();
        return PinnedSecret.Read(input, SecretSource.MaxSecretBytes)
            ?? throw new ConfigurationException(setting, "names standard input, and more comes from there than a key is long.");
    }
}
