namespace OrleansHybrid.Primitives.Configuration;

/// <summary>A setting that is missing or wrong; the message names the setting and the remedy, never the value of a secret.</summary>
/// <param name="setting">Its name, with which the message begins.</param>
/// <param name="problem">What is wrong with it, and what to do.</param>
public sealed class ConfigurationException(string setting, string problem) : Exception($"{setting} {problem}");
