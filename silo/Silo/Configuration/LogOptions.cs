namespace OrleansHybrid.Silo.Configuration;

/// <summary>The options of logging.</summary>
internal sealed class LogOptions : ISettings
{
    /// <summary>True for one JSON object a log line.</summary>
    public bool IsJson { get; set; }

    /// <summary>The least level of what is logged.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    /// <inheritdoc />
    public void Read(SettingReader settings)
    {
        Level = settings.ReadWord(
            "HYBRID_LOG_LEVEL",
            Level,
            new Dictionary<string, LogLevel> { ["debug"] = LogLevel.Debug, ["info"] = LogLevel.Information, ["warn"] = LogLevel.Warning },
            "must be debug, info or warn.");
        IsJson = settings.ReadWord(
            "HYBRID_LOG_FORMAT", IsJson, new Dictionary<string, bool> { ["text"] = false, ["json"] = true }, "must be text or json.");
    }
}
