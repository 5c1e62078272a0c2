namespace OrleansHybrid.Silo.Http;

/// <summary>Nothing was done, and it helps to come again after a while; the message says why.</summary>
internal class ComeAgainException(string message, TimeSpan after) : Exception(message)
{
    /// <summary>When it helps.</summary>
    public TimeSpan After => after;
}
