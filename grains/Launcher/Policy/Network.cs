using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// Addresses that share their first bits; a single one shares all of them. Those of IPv4 that are written as IPv6 are
/// those of IPv4.
/// </summary>
internal sealed record Network(IPNetwork Range)
{
    /// <summary>An address, or a network in CIDR form whose remaining bits are zero; null for anything else.</summary>
    public static Network? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (IPAddressParser.Parse(slash < 0 ? text : text[..slash]) is not { } address)
        {
            return null;
        }

        var most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (slash < 0)
        {
            return new Network(new IPNetwork(address, most));
        }

        // A prefix that is written for an IPv4 address inside of IPv6 counts the 96 bits before it.
        var mapped = most == 32 && text[..slash].Contains(':', StringComparison.Ordinal);
        return int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var written)
            && written - (mapped ? 96 : 0) is >= 0 and var bits && bits <= most
            && IPNetwork.TryParse(string.Create(CultureInfo.InvariantCulture, $"{address}/{bits}"), out var range)
            && range.BaseAddress.Equals(address)
                ? new Network(range)
                : null;
    }

    /// <summary>True for an address in it, in the form that <see cref="IPAddressParser.Normalize"/> gives.</summary>
    public bool Contains(IPAddress address) => Range.Contains(address);
}
