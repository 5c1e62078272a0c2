namespace Orleans.Hybrid.Runner.Executors;

/// <summary>The runner did not become a silo; to be started again may help.</summary>
internal sealed class NotJoinedException(string message, Exception inner) : Exception(message, inner);
