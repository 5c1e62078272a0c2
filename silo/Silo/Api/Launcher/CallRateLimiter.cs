using System.Net;
using OrleansHybrid.Launcher;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// Limits callers that call too often or with wrong secrets. Lockout goes by address alone, and does not affect signed calls or an address
/// that has sent nothing wrong: these can't be locked out by others. All of it is in memory, of bounded size, and lost at exit.
/// </summary>
internal sealed class CallRateLimiter(TimeProvider time)
{
    /// <summary>How many addresses are known at most.</summary>
    public const int MaxAddresses = 10_000;

    /// <summary>How long a wrong secret counts against the very address that sent it: as long as the longest shutting out.</summary>
    public static readonly TimeSpan FailureWindow = TimeSpan.FromHours(1);

    private readonly Lock _turn = new();
    private readonly long _began = time.GetTimestamp();
    private readonly LruCache<IPAddress, (TokenBucket Calls, Lockout Wrong)> _addresses = new(MaxAddresses);
    private readonly LruCache<IPAddress, TimeSpan> _wrong = new(MaxAddresses);
    private readonly LruCache<(IPAddress, string), TokenBucket> _callers = new(MaxAddresses);
    private readonly LruCache<string, TokenBucket> _credentials = new(1_000);
    private TokenBucket _launches;

    /// <summary>How many addresses are known.</summary>
    public int AddressCount
    {
        get
        {
            lock (_turn)
            {
                return _addresses.Count;
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_began);

    /// <summary>How long an unauthenticated caller has to wait; null when it may call now.</summary>
    public TimeSpan? AcquireCall(IPAddress address, CallRates rates)
    {
        lock (_turn)
        {
            var (key, now) = (RateLimitPartitionKey.For(address), Now);
            var (calls, wrong) = _addresses[key];
            (calls, var wait) = calls.Take(rates.Calls, now);
            _addresses[key] = (calls, wrong);
            return wrong.GetRemaining(now) ?? wait;
        }
    }

    /// <summary>
    /// How long an authenticated caller has to wait; null when it may call now. Failures of others at
    /// the same address don't count; failures of its own address do, except for a signed call, which reveals no secret.
    /// </summary>
    public TimeSpan? AcquireCall(IPAddress address, CallRates rates, string credentialId, bool isSigned)
    {
        lock (_turn)
        {
            var (key, now) = (RateLimitPartitionKey.For(address), Now);
            (_callers[(key, credentialId)], var wait) = _callers[(key, credentialId)].Take(rates.Calls, now);
            var hasFailed = !isSigned && _wrong[address] is { Ticks: > 0 } until && until > now;
            return (hasFailed ? _addresses[key].Wrong.GetRemaining(now) : null) ?? wait;
        }
    }

    /// <summary>A wrong secret came from there, or none.</summary>
    public void RecordFailure(IPAddress address)
    {
        lock (_turn)
        {
            var (calls, wrong) = _addresses[RateLimitPartitionKey.For(address)];
            _addresses[RateLimitPartitionKey.For(address)] = (calls, wrong.AddFailure(Now));
            _wrong[address] = Now + FailureWindow;
        }
    }

    /// <summary>A right secret came from there: what was wrong before is forgotten, but not of those who are shut out now.</summary>
    public void RecordSuccess(IPAddress address)
    {
        lock (_turn)
        {
            var (calls, wrong) = _addresses[RateLimitPartitionKey.For(address)];
            if (wrong.GetRemaining(Now) is null)
            {
                _addresses[RateLimitPartitionKey.For(address)] = (calls, default);
                _wrong[address] = default;
            }
        }
    }

    /// <summary>How long a launch with this credential has to wait; null when it may be asked for now.</summary>
    public TimeSpan? AcquireLaunch(string credentialId, CallRates rates)
    {
        lock (_turn)
        {
            var now = Now;
            var (all, wait) = _launches.Take(rates.Launches, now);
            (_credentials[credentialId], var own) = _credentials[credentialId].Take(rates.CredentialLaunches, now);
            if (own is null)
            {
                _launches = all;
            }

            return own ?? wait;
        }
    }
}
