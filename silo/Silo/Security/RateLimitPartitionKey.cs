using System.Net;
using System.Net.Sockets;

namespace OrleansHybrid.Silo.Security;

/// <summary>The key by which addresses are counted: one IPv6 address usually means a whole network of them.</summary>
internal static class RateLimitPartitionKey
{
    /// <summary>The network of an IPv6 address, its first 64 bits; an IPv4 address is its own.</summary>
    public static IPAddress For(IPAddress address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false }
            ? new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), .. new byte[8]])
            : address;
}
