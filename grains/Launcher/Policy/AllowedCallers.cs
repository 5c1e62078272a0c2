using System.Net;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// The addresses that may call. Loopback counts only where it is listed, since a proxy
/// on this machine would bring every client in with it.
/// </summary>
internal sealed record AllowedCallers(IReadOnlyList<Network> Allowed, IReadOnlyList<Network> Proxies, int MaxHops)
{
    /// <summary>
    /// The address that a call comes from: the peer's, unless that is a trusted proxy; then the one that the proxies
    /// vouch for, walked from the right. Null where they vouch for none that can be read.
    /// </summary>
    public IPAddress? ResolveCallerAddress(IPAddress peer, IReadOnlyList<string?> forwardedFor)
    {
        var (address, hops) = (IPAddressParser.Normalize(peer), 0);
        var entries = new Stack<string>(forwardedFor.SelectMany(header => (header ?? "").Split(',')));
        while (IsProxy(address))
        {
            if (hops++ == MaxHops || !entries.TryPop(out var entry) || IPAddressParser.ParseForwarded(entry) is not { } before)
            {
                return null;
            }

            address = before;
        }

        return address;
    }

    /// <summary>True for an address that calls are taken from.</summary>
    public bool IsAllowed(IPAddress address) => Allowed.Any(network => network.Contains(address));

    /// <summary>The kind of a connection's peer, before anything of it is read.</summary>
    public PeerKind GetPeerKind(IPAddress peer) => IsProxy(peer) ? PeerKind.Proxy : IsAllowed(peer) ? PeerKind.Caller : PeerKind.Unknown;

    private bool IsProxy(IPAddress address) => Proxies.Any(network => network.Contains(address));
}

/// <summary>The kinds of peers that connect.</summary>
internal enum PeerKind
{
    /// <summary>An address that the policy does not allow.</summary>
    Unknown,

    /// <summary>An address that calls are taken from.</summary>
    Caller,

    /// <summary>A trusted proxy.</summary>
    Proxy,
}
