namespace OrleansHybrid.Domain.Decisions;

/// <summary>The database can't be reached or does not answer: nothing was acknowledged, and trying again helps.</summary>
public sealed class StoreUnavailableException(string message, Exception inner) : Exception(message, inner);
