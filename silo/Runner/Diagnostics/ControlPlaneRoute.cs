using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Runner.ControlPlane;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>The way to the control plane: straight, or through the proxy that the environment names.</summary>
internal sealed class ControlPlaneRoute(Uri address, IWebProxy proxy, X509Certificate2Collection? authorities = null)
{
    /// <summary>The control plane's address.</summary>
    public Uri Address => address;

    /// <summary>The proxy for it; null when there is none.</summary>
    public Uri? Proxy { get; } = proxy.IsBypassed(address) ? null : proxy.GetProxy(address);

    /// <summary>Whom this machine has to reach by itself.</summary>
    public Uri NextHop => Proxy ?? Address;

    /// <summary>The next hop as text, without a password.</summary>
    public string NextHopName => Proxy is null ? "the control plane" : "the proxy";

    /// <summary>Asks the control plane which program it is; <paramref name="validateCertificate"/> sees the certificates on the way.</summary>
    public async Task<HttpResponseMessage> GetVersionAsync(
        CancellationToken cancellationToken, RemoteCertificateValidationCallback? validateCertificate = null)
    {
        var handler = OutboundHttp.CreateHandler(sockets =>
        {
            sockets.Proxy = proxy;
            sockets.SslOptions = ControlPlaneTls.CreateOptions(authorities);
            sockets.SslOptions.RemoteCertificateValidationCallback = validateCertificate;
        });
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        return await client.GetAsync(new Uri(Address.AbsoluteUri.TrimEnd('/') + "/version"), cancellationToken);
    }
}
