using System.Net;
using Microsoft.AspNetCore.Connections;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Nimbix.Policy;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>
/// Looks at who connects before anything is read or spoken. Peers that the policy lets call, and its proxies, have room of their own; all
/// others share a little, in which they are told that they are refused, and take none from those.
/// </summary>
internal sealed class ConnectionLimiter(LivePolicy live, RefusedCallBook book)
{
    /// <summary>How many connections all peers together may have that may call.</summary>
    public const int MostOfCallers = 1_000;

    /// <summary>How many of them one address may have. A trusted proxy may have all, since it brings many callers.</summary>
    public const int MostOfCaller = 250;

    /// <summary>How many connections all peers together may have that may not call.</summary>
    public const int MostOfStrangers = 40;

    /// <summary>How many of them one address may have.</summary>
    public const int MostOfStranger = 4;

    private readonly Lock _turn = new();
    private readonly Dictionary<IPAddress, int> _places = [];
    private int _callers;
    private int _strangers;

    /// <summary>Has a connection go on where there is room for it, and ends it where there is none.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var peer = AddressText.Normal((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        var kind = live.Current.Policy.Callers.KindOf(peer);
        var place = Neighbourhood.Of(peer);
        if (!Enter(place, kind))
        {
            book.Note(new LaunchOrigin($"{peer}", $"{peer}"), null, "too many connections");
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(place, kind);
        }
    }

    private bool Enter(IPAddress place, PeerKind kind)
    {
        lock (_turn)
        {
            var isStranger = kind == PeerKind.Stranger;
            var own = _places.GetValueOrDefault(place);
            var mostOwn = kind switch { PeerKind.Stranger => MostOfStranger, PeerKind.Proxy => MostOfCallers, _ => MostOfCaller };
            if (own >= mostOwn || (isStranger ? _strangers >= MostOfStrangers : _callers >= MostOfCallers))
            {
                return false;
            }

            _places[place] = own + 1;
            (_callers, _strangers) = isStranger ? (_callers, _strangers + 1) : (_callers + 1, _strangers);
            return true;
        }
    }

    private void Leave(IPAddress place, PeerKind kind)
    {
        lock (_turn)
        {
            if (--_places[place] == 0)
            {
                _places.Remove(place);
            }

            (_callers, _strangers) = kind == PeerKind.Stranger ? (_callers, _strangers - 1) : (_callers - 1, _strangers);
        }
    }
}
