namespace OrleansHybrid.Runner.Configuration;

/// <summary>A setting that is missing or wrong; the message names the setting and the remedy, never the value.</summary>
internal sealed class ConfigurationException(string setting, string problem)
    : Exception($"{setting} {problem}");
