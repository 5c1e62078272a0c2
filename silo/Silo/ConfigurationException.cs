namespace OrleansHybrid.Silo;

/// <summary>A setting that is missing or wrong; the message names the setting and the remedy.</summary>
internal sealed class ConfigurationException(string setting, string problem) : Exception($"{setting} {problem}");
