namespace OrleansHybrid.Primitives.Output;

/// <summary>The reader of standard output has closed it.</summary>
public sealed class OutputClosedException() : IOException("the reader of the output has closed it");
