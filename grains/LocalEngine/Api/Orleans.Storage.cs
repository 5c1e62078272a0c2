namespace Orleans.Storage;

/// <summary>A grain's state is not the one that it has read: another activation has written meanwhile.</summary>
public sealed class InconsistentStateException(string message) : Exception(message);
