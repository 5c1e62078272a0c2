namespace OrleansHybrid.Silo.Api;

/// <summary>Nothing was done, and it helps to come again after a while; the message says why.</summary>
internal class RetryLaterException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>When it helps.</summary>
    public TimeSpan RetryAfter => retryAfter;
}
