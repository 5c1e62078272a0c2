namespace Orleans.Storage;

/// <summary>Declared here as in the package that it is in, which is not everywhere.</summary>
public class InconsistentStateException(string message) : OrleansException(message);
