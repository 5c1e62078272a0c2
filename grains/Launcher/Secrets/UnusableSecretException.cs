namespace OrleansHybrid.Launcher.Secrets;

/// <summary>A secret that can't be read, or has unsafe permissions; the message says where and why, and nothing of its content.</summary>
internal sealed class UnusableSecretException(string source, string problem) : Exception($"{source} {problem}");
