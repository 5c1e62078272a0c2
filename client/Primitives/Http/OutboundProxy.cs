using System.Net;
using System.Text.RegularExpressions;

namespace OrleansHybrid.Primitives.Http;

/// <summary>
/// Which proxy a call goes through: the environment's (<c>HTTPS_PROXY</c>, <c>ALL_PROXY</c>, <c>NO_PROXY</c>) for https to other machines,
/// and none for anything else. Plain HTTP would show its token to the proxy, and no proxy reaches this machine's loopback.
/// </summary>
/// <param name="rules">The proxies that there are, with their exceptions.</param>
public sealed partial class OutboundProxy(IWebProxy rules) : IWebProxy
{
    /// <summary>The proxy that the environment, or the system, names.</summary>
    public static OutboundProxy Default { get; } = new(HttpClient.DefaultProxy);

    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => rules.Credentials;
        set => rules.Credentials = value;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : rules.GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Scheme != Uri.UriSchemeHttps || IsThisMachine(host) || rules.IsBypassed(host);
    }

    /// <summary>The proxy for an address as people may read it, without user and password; null when there is none.</summary>
    public string? DisplayNameFor(Uri destination) =>
        GetProxy(destination) is { } proxy && proxy != destination ? $"{proxy.Scheme}://{proxy.Authority}" : null;

    /// <summary>A text without the users and passwords that addresses in it may have: the network's own messages quote a proxy's.</summary>
    public static string RedactCredentials(string text) => UserInfo().Replace(text, "://");

    private static bool IsThisMachine(Uri address)
    {
        var name = address.IdnHost.TrimEnd('.');
        if (IPAddress.TryParse(name, out var ip))
        {
            ip = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
            return IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);
        }

        return address.IsLoopback
            || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"://[^/\s'""]*@", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex UserInfo();
}
