using System.Net;
using System.Net.Sockets;

namespace OrleansHybrid.Runner.Doctor;

/// <summary>Whether this machine gets through to the control plane: name, port, proxy.</summary>
internal sealed class NetworkChecks(Route route)
{
    public IEnumerable<Check> All => [new("dns", DnsAsync), new("tcp", TcpAsync), new("proxy", ProxyAsync)];

    private string Host => route.Next.IdnHost;

    private async Task<Finding> DnsAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(route.Next.DnsSafeHost, out _))
        {
            return Finding.Ok($"{Host}, for {route.NextName}, is an address by itself");
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(Host, cancellationToken);
            return Finding.Ok($"{Host}, for {route.NextName}, is {string.Join(", ", addresses.Take(4).Select(a => a.ToString()))}");
        }
        catch (SocketException ex)
        {
            return Finding.Fail($"{Host}, for {route.NextName}, has no address ({ex.Message}): "
                + "check the name, and the name servers of this machine or container");
        }
    }

    private async Task<Finding> TcpAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(Host, route.Next.Port), cancellationToken);
            return Finding.Ok($"{route.NextName} accepts connections at port {route.Next.Port}");
        }
        catch (Exception ex) when (ex is SocketException or OperationCanceledException)
        {
            var why = ex is SocketException ? ex.Message : "no answer";
            return Finding.Fail($"{route.NextName}, {Host} port {route.Next.Port}, can't be reached ({why}): "
                + "it is down, or a firewall forbids this outbound connection");
        }
    }

    private async Task<Finding> ProxyAsync(CancellationToken cancellationToken)
    {
        var variable = route.Address.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
        if (route.Proxy is not { } proxy)
        {
            return Finding.Ok($"none for {route.Address.IdnHost} (by {variable}, ALL_PROXY, NO_PROXY)");
        }

        var name = proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        try
        {
            using var response = await route.AskVersionAsync(cancellationToken);
            return response.StatusCode == HttpStatusCode.ProxyAuthenticationRequired
                ? Finding.Fail($"{name} wants a user and password: {variable}=http://USER:PASSWORD@{proxy.IdnHost}:{proxy.Port}")
                : Through(name);
        }
        catch (HttpRequestException ex) when (ex.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            // TLS begins behind the proxy.
            return Through(name);
        }
        catch (HttpRequestException ex) when (ex.HttpRequestError == HttpRequestError.ProxyTunnelError)
        {
            return Finding.Fail($"{name} does not let us through to {route.Address.IdnHost}: {ex.Message} "
                + $"Allow it there, or take it out with NO_PROXY, or correct {variable}");
        }
    }

    private Finding Through(string name) => Finding.Ok($"{name} lets us through to {route.Address.IdnHost}");
}
