using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Runner.Link;

namespace OrleansHybrid.Runner.Doctor;

/// <summary>The way to the control plane: straight, or through the proxy that the environment names.</summary>
internal sealed class Route(Uri address, IWebProxy proxies, X509Certificate2Collection? authorities = null)
{
    /// <summary>The control plane's address.</summary>
    public Uri Address => address;

    /// <summary>The proxy for it; null when there is none.</summary>
    public Uri? Proxy { get; } = proxies.IsBypassed(address) ? null : proxies.GetProxy(address);

    /// <summary>Whom this machine has to reach by itself.</summary>
    public Uri Next => Proxy ?? Address;

    /// <summary>That one in words, without a password.</summary>
    public string NextName => Proxy is null ? "the control plane" : "the proxy";

    /// <summary>Asks the control plane which program it is; <paramref name="look"/> sees the certificates on the way.</summary>
    public async Task<HttpResponseMessage> AskVersionAsync(
        CancellationToken cancellationToken, RemoteCertificateValidationCallback? look = null)
    {
        var handler = OutboundHttp.Handler(sockets =>
        {
            sockets.Proxy = proxies;
            sockets.SslOptions = Trust.In(authorities);
            sockets.SslOptions.RemoteCertificateValidationCallback = look;
        });
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        return await client.GetAsync(new Uri(Address.AbsoluteUri.TrimEnd('/') + "/version"), cancellationToken);
    }
}
