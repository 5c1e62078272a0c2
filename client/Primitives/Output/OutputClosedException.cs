namespace OrleansHybrid.Primitives.Output;

/// <summary>Whoever read standard output has gone: there is nobody left to tell anything.</summary>
public sealed class OutputClosedException() : IOException("the reader of the output has closed it");
