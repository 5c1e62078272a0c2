namespace OrleansHybrid.Primitives.Configuration;

/// <summary>Settings that are missing or wrong.</summary>
/// <param name="problems">A line each: the setting's name, the rule and the remedy, never the value of a secret.</param>
public sealed class ConfigurationException(IEnumerable<string> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>One setting.</summary>
    /// <param name="setting">Its name, with which the message begins.</param>
    /// <param name="problem">The problem with it, and the remedy.</param>
    public ConfigurationException(string setting, string problem)
        : this([$"{setting} {problem}"])
    {
    }
}
