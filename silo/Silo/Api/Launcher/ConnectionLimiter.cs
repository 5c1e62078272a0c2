using System.Net;
using Microsoft.AspNetCore.Connections;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// Limits connections before anything is read. Peers that the policy allows, and its proxies, have a quota of their own; all
/// others share a small one, in which they get their rejection, and take none from those.
/// </summary>
internal sealed class ConnectionLimiter(PolicyMonitor monitor, RejectedCallAuditor auditor)
{
    /// <summary>How many connections all peers together may have that may call.</summary>
    public const int MaxCallerConnections = 1_000;

    /// <summary>How many of them one address may have. A trusted proxy may have all, since it brings many callers.</summary>
    public const int MaxConnectionsPerCaller = 250;

    /// <summary>How many connections all peers together may have that may not call.</summary>
    public const int MaxUnknownConnections = 40;

    /// <summary>How many of them one address may have.</summary>
    public const int MaxConnectionsPerUnknown = 4;

    private readonly Lock _turn = new();
    private readonly Dictionary<IPAddress, int> _connections = [];
    private int _callers;
    private int _unknown;

    /// <summary>Has a connection go on where there is room for it, and ends it where there is none.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var peer = IPAddressParser.Normalize((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        var kind = monitor.Current.Policy.Callers.GetPeerKind(peer);
        var place = RateLimitPartitionKey.For(peer);
        if (!TryAdd(place, kind))
        {
            auditor.Record(new CallerAddress($"{peer}", $"{peer}"), null, "too many connections");
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Remove(place, kind);
        }
    }

    private bool TryAdd(IPAddress network, PeerKind kind)
    {
        lock (_turn)
        {
            var isStranger = kind == PeerKind.Unknown;
            var own = _connections.GetValueOrDefault(network);
            var mostOwn = kind switch { PeerKind.Unknown => MaxConnectionsPerUnknown, PeerKind.Proxy => MaxCallerConnections, _ => MaxConnectionsPerCaller };
            if (own >= mostOwn || (isStranger ? _unknown >= MaxUnknownConnections : _callers >= MaxCallerConnections))
            {
                return false;
            }

            _connections[network] = own + 1;
            (_callers, _unknown) = isStranger ? (_callers, _unknown + 1) : (_callers + 1, _unknown);
            return true;
        }
    }

    private void Remove(IPAddress network, PeerKind kind)
    {
        lock (_turn)
        {
            if (--_connections[network] == 0)
            {
                _connections.Remove(network);
            }

            (_callers, _unknown) = kind == PeerKind.Unknown ? (_callers, _unknown - 1) : (_callers - 1, _unknown);
        }
    }
}
