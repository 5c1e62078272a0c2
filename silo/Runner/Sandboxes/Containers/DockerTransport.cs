using System.Net;
using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>
/// The connections to one engine, for as many clients as there are: opened by its address, as many as are wanted, cancellable at any
/// time. The library's own transports allow ten at most, or don't listen to the cancellation of an attach.
/// </summary>
internal sealed class DockerTransport(DockerAddress address) : IDockerHandlerFactory<DockerAddress>, IDisposable
{
    private readonly HttpMessageInvoker _sockets = new(OutboundHttp.CreateHandler(sockets =>
    {
        sockets.ConnectCallback = (_, cancellationToken) => address.ConnectAsync(cancellationToken);
        sockets.UseProxy = false;
        sockets.ConnectTimeout = sockets.PooledConnectionLifetime = Timeout.InfiniteTimeSpan;
    }));

    /// <summary>A handler for one client; disposing of it leaves the connections to the others.</summary>
    public HttpMessageHandler CreateHandler() => new EngineHandler(_sockets);

    /// <inheritdoc/>
    public ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger) => new(CreateHandler(), address.BaseUri);

    /// <inheritdoc/>
    public ResolvedTransport CreateHandler(DockerAddress transportOptions, ResolvedClientOptions clientOptions, ILogger logger) =>
        CreateHandler(clientOptions, logger);

    /// <inheritdoc/>
    public Task<WriteClosableStream> HijackStreamAsync(HttpContent content) =>
        throw new NotSupportedException($"Attach by {nameof(DockerEngine)}.{nameof(DockerEngine.AttachAsync)}.");

    /// <inheritdoc/>
    public void Dispose() => _sockets.Dispose();

    private sealed class EngineHandler(HttpMessageInvoker sockets) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post)
            {
                // A request that has a body, however empty, is never sent again behind our back when its connection breaks.
                request.Content ??= new ByteArrayContent([]);
            }

            var response = await sockets.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.SwitchingProtocols)
            {
                return response;
            }

            // Here, since the library takes redirects for successes, and would read an error's text for as long as that takes.
            using (response)
            {
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                throw new DockerApiException(response.StatusCode, string.IsNullOrWhiteSpace(text) ? response.ReasonPhrase : text);
            }
        }
    }
}
