using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansHybrid.Runner.Metrics;

namespace OrleansHybrid.Runner.Listening;

/// <summary>
/// The framework's own web server without a host around it: nothing of the environment makes it listen elsewhere. A client that says
/// nothing, or too much, costs one of few connections for a few seconds.
/// </summary>
internal sealed class StatusServer : IAsyncDisposable
{
    private const int MostConnections = 16;
    private const int MostOfRequest = 8 * 1024;

    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    private readonly KestrelServer _server;
    private readonly StatusSocket _socket;
    private readonly Exposition _metrics;

    private StatusServer(EndPoint place, StatusSocket socket, Exposition metrics, ILoggerFactory loggers)
    {
        (this._socket, this._metrics) = (socket, metrics);
        var transport = new SocketTransportOptions { CreateBoundListenSocket = _ => socket.Bound };
        _server = new KestrelServer(
            Options.Create(Limited(place)), new SocketTransportFactory(Options.Create(transport), loggers), loggers);
    }

    /// <summary>Listens at <paramref name="place"/> until it is disposed of; null where there is no such place.</summary>
    public static async Task<StatusServer?> StartAsync(
        EndPoint? place, RunnerMeter meter, Func<Exposition, StatusPages> pages, ILoggerFactory loggers)
    {
        if (place is null)
        {
            return null;
        }

        var metrics = new Exposition(meter.Source);
        meter.Begin();
        var started = new StatusServer(place, StatusSocket.Open(place), metrics, loggers);
        await started._server.StartAsync(pages(metrics), CancellationToken.None);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopTime);
        await _server.StopAsync(patience.Token);
        _server.Dispose();
        _socket.Dispose();
        _metrics.Dispose();
    }

    private static KestrelServerOptions Limited(EndPoint place)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = MostConnections;
        options.Limits.MaxConcurrentUpgradedConnections = 0;
        options.Limits.MaxRequestLineSize = MostOfRequest / 2;
        options.Limits.MaxRequestBufferSize = MostOfRequest;
        options.Limits.MaxRequestHeadersTotalSize = MostOfRequest / 2;
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.RequestHeadersTimeout = RequestTime;
        options.Limits.KeepAliveTimeout = RequestTime;
        options.Listen(place, listen => listen.Protocols = HttpProtocols.Http1);
        return options;
    }
}
