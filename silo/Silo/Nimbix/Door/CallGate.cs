using System.Net;
using Orleans.Hybrid.Silo.Nimbix.Policy;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Nimbix.Door;

/// <summary>
/// Slows down who calls too often or with wrong secrets. Shutting out goes by address alone, so that nobody can shut
/// out somebody else. All of it is in memory, of bounded size, and forgotten with the process.
/// </summary>
internal sealed class CallGate(TimeProvider time)
{
    /// <summary>How many addresses are known at most.</summary>
    public const int MostAddresses = 10_000;

    private readonly Lock _turn = new();
    private readonly long _began = time.GetTimestamp();
    private readonly Recent<IPAddress, (Bucket Calls, Lockout Wrong)> _addresses = new(MostAddresses);
    private readonly Recent<string, Bucket> _credentials = new(1_000);
    private Bucket _launches;

    /// <summary>How many addresses are known.</summary>
    public int Known
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

    /// <summary>
    /// How long this address has to wait; null when it may call now. Who is shut out is so with a right secret, too.
    /// </summary>
    public TimeSpan? Enter(IPAddress address, CallRates rates)
    {
        lock (_turn)
        {
            var (key, now) = (Neighbourhood.Of(address), Now);
            var (calls, wrong) = _addresses[key];
            (calls, var wait) = calls.Take(rates.Calls, now);
            _addresses[key] = (calls, wrong);
            return wrong.Wait(now) ?? wait;
        }
    }

    /// <summary>A wrong secret came from there, or none.</summary>
    public void Failed(IPAddress address)
    {
        lock (_turn)
        {
            var (calls, wrong) = _addresses[Neighbourhood.Of(address)];
            _addresses[Neighbourhood.Of(address)] = (calls, wrong.Fail(Now));
        }
    }

    /// <summary>A right secret came from there: what was wrong before is forgotten.</summary>
    public void Succeeded(IPAddress address)
    {
        lock (_turn)
        {
            _addresses[Neighbourhood.Of(address)] = (_addresses[Neighbourhood.Of(address)].Calls, default);
        }
    }

    /// <summary>How long a launch with this credential has to wait; null when it may be asked for now.</summary>
    public TimeSpan? Launch(string credentialId, CallRates rates)
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
