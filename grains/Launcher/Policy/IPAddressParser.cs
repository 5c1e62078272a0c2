using System.Net;
using System.Net.Sockets;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>Addresses in one form only, so that no two spellings of one are judged differently.</summary>
internal static class IPAddressParser
{
    /// <summary>The address without its zone, and as IPv4 where it is one inside of IPv6.</summary>
    public static IPAddress Normalize(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes())
        : address;

    /// <summary>
    /// A bare address in its usual spelling; null for anything else, such as zones, ports and the short forms of IPv4.
    /// </summary>
    public static IPAddress? Parse(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny("%[]/ ") >= 0 || !IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        // "1", "0x7f.1" and "010.0.0.1" are addresses to the framework, and not the same ones to others.
        return address.AddressFamily == AddressFamily.InterNetwork && !text.SequenceEqual(address.ToString()) ? null : Normalize(address);
    }

    /// <summary>An address as proxies write it: bare, or with a port, and IPv6 then in brackets.</summary>
    public static IPAddress? ParseForwarded(ReadOnlySpan<char> text)
    {
        text = text.Trim(" \t");
        if (text.StartsWith("["))
        {
            var end = text.IndexOf(']');
            return end > 0 && IsPortOrNothing(text[(end + 1)..]) && text[1..end].Contains(':') ? Parse(text[1..end]) : null;
        }

        var colon = text.IndexOf(':');
        return colon >= 0 && text.LastIndexOf(':') == colon
            ? IsPortOrNothing(text[colon..]) ? Parse(text[..colon]) : null
            : Parse(text);
    }

    private static bool IsPortOrNothing(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text[0] == ':' && text.Length is >= 2 and <= 6 && !text[1..].ContainsAnyExceptInRange('0', '9'));
}
