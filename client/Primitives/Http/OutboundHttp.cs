namespace OrleansHybrid.Primitives.Http;

/// <summary>
/// Makes what every call of ours goes through: no redirects, no cookies, and a proxy only where <see cref="OutboundProxy"/> has one.
/// </summary>
public static class OutboundHttp
{
    /// <summary>A handler on a connection pool of its own; what goes wrong behind a proxy names the proxy.</summary>
    /// <param name="configure">Sets more, or another proxy.</param>
    public static HttpMessageHandler CreateHandler(Action<SocketsHttpHandler>? configure = null)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = OutboundProxy.Default,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        configure?.Invoke(sockets);
        return new ProxyNamingHandler(sockets);
    }

    private sealed class ProxyNamingHandler(SocketsHttpHandler sockets) : DelegatingHandler(sockets)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException ex) when (ProxyOf(request) is { } proxy)
            {
                // Not as the cause of this one: its own message may quote the proxy's address with the password.
                throw new HttpRequestException(
                    ex.HttpRequestError,
                    $"{OutboundProxy.RedactCredentials(ex.Message)} (through the proxy {proxy})",
                    ex.InnerException,
                    ex.StatusCode);
            }
        }

        private string? ProxyOf(HttpRequestMessage request) => request.RequestUri is not { } address || !sockets.UseProxy ? null
            : sockets.Proxy is OutboundProxy outbound ? outbound.DisplayNameFor(address)
            : sockets.Proxy is { } other ? new OutboundProxy(other).DisplayNameFor(address)
            : null;
    }
}
