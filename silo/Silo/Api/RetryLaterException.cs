namespace OrleansHybrid.Silo.Api;

/// <summary>Nothing was done, and a retry after a while helps; the message says why.</summary>
internal class RetryLaterException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>When it helps.</summary>
    public TimeSpan RetryAfter => retryAfter;
}
