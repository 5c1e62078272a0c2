using System.Net;
using System.Net.Sockets;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>Whether this machine gets through to the control plane: name, port, proxy.</summary>
internal sealed class NetworkChecks(ControlPlaneRoute route)
{
    public IEnumerable<Check> All => [new("dns", DnsAsync), new("tcp", TcpAsync), new("proxy", ProxyAsync)];

    private string Host => route.NextHop.IdnHost;

    private async Task<CheckResult> DnsAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(route.NextHop.DnsSafeHost, out _))
        {
            return CheckResult.Ok($"{Host}, for {route.NextHopName}, is an address by itself");
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(Host, cancellationToken);
            return CheckResult.Ok($"{Host}, for {route.NextHopName}, is {string.Join(", ", addresses.Take(4).Select(a => a.ToString()))}");
        }
        catch (SocketException ex)
        {
            return CheckResult.Fail($"{Host}, for {route.NextHopName}, has no address ({ex.Message}): "
                + "check the name, and the name servers of this machine or container");
        }
    }

    private async Task<CheckResult> TcpAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(Host, route.NextHop.Port), cancellationToken);
            return CheckResult.Ok($"{route.NextHopName} accepts connections at port {route.NextHop.Port}");
        }
        catch (Exception ex) when (ex is SocketException or OperationCanceledException)
        {
            var why = ex is SocketException ? ex.Message : "no response";
            return CheckResult.Fail($"{route.NextHopName}, {Host} port {route.NextHop.Port}, can't be reached ({why}): "
                + "it is down, or a firewall forbids this outbound connection");
        }
    }

    private async Task<CheckResult> ProxyAsync(CancellationToken cancellationToken)
    {
        var variable = route.Address.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
        if (route.Proxy is not { } proxy)
        {
            return CheckResult.Ok($"none for {route.Address.IdnHost} (by {variable}, ALL_PROXY, NO_PROXY)");
        }

        var name = proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        try
        {
            using var response = await route.GetVersionAsync(cancellationToken);
            return response.StatusCode == HttpStatusCode.ProxyAuthenticationRequired
                ? CheckResult.Fail($"{name} requires a user and password: {variable}=http://USER:PASSWORD@{proxy.IdnHost}:{proxy.Port}")
                : Through(name);
        }
        catch (HttpRequestException ex) when (ex.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            // TLS begins behind the proxy.
            return Through(name);
        }
        catch (HttpRequestException ex) when (ex.HttpRequestError == HttpRequestError.ProxyTunnelError)
        {
            return CheckResult.Fail($"{name} refuses connections to {route.Address.IdnHost}: {ex.Message} "
                + $"Allow them there, or exclude the host with NO_PROXY, or correct {variable}");
        }
    }

    private CheckResult Through(string name) => CheckResult.Ok($"{name} connects to {route.Address.IdnHost}");
}
