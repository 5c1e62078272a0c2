namespace OrleansHybrid.Silo.Launcher.Secrets;

/// <summary>A secret that can't be read, or may not be used as it lies there; says where and why, and nothing of its content.</summary>
internal sealed class UnusableSecretException(string source, string problem) : Exception($"{source} {problem}");
