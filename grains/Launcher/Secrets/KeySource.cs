namespace OrleansHybrid.Launcher.Secrets;

/// <summary>Where the API key comes from: a file, or, where there is none, the environment.</summary>
internal sealed record KeySource
{
    /// <summary>The file of the key; null when there is none.</summary>
    public string? File { get; init; }

    /// <summary>Bits for group and others that the file may have: none, or 0440 for mounted secrets.</summary>
    public UnixFileMode AllowedMode { get; init; }

    /// <summary>The variable that is read when no file is named.</summary>
    public string Variable { get; init; } = "NIMBIX_API_KEY";

    /// <summary>How often the file is read again, beside whenever it is seen to change.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(10);
}
