using System.Net;
using System.Threading.RateLimiting;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Limits wrong tokens at the sign-in page: so many a minute and address, then no more. Counts of
/// an address are removed when its minute is over.
/// </summary>
internal sealed class SignInRateLimiter : IDisposable
{
    /// <summary>How many wrong tokens an address may send in a minute.</summary>
    public const int MaxFailuresPerMinute = 20;

    private readonly PartitionedRateLimiter<IPAddress> _limiter =
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetFixedWindowLimiter(
            RateLimitPartitionKey.For(address),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = MaxFailuresPerMinute, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>True when this address has to wait.</summary>
    public bool IsLimited(HttpContext http)
    {
        using var asked = _limiter.AttemptAcquire(AddressOf(http), permitCount: 0);
        return !asked.IsAcquired;
    }

    /// <summary>One more wrong token.</summary>
    public void RecordFailure(HttpContext http) => _limiter.AttemptAcquire(AddressOf(http)).Dispose();

    public void Dispose() => _limiter.Dispose();

    private static IPAddress AddressOf(HttpContext http) => http.Connection.RemoteIpAddress ?? IPAddress.None;
}
