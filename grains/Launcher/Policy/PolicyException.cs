namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// An error in a policy file: the line, the key and the remedy, never a value, which could be a secret.
/// </summary>
internal sealed class PolicyException(int? line, string problem)
    : Exception(line is { } at ? $"line {at}: {problem}" : problem);
