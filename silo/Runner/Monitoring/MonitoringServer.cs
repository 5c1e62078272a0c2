using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansHybrid.Runner.Metrics;

namespace OrleansHybrid.Runner.Monitoring;

/// <summary>
/// The framework's own web server without a host around it: nothing of the environment makes it listen elsewhere. A client that says
/// nothing, or too much, costs one of few connections for a few seconds.
/// </summary>
internal sealed class MonitoringServer : IAsyncDisposable
{
    private const int MaxConnections = 16;
    private const int MaxRequestBytes = 8 * 1024;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    private readonly KestrelServer _server;
    private readonly MonitoringSocket _socket;
    private readonly PrometheusTextExporter _metrics;

    private MonitoringServer(EndPoint endPoint, MonitoringSocket socket, PrometheusTextExporter metrics, ILoggerFactory loggers)
    {
        (this._socket, this._metrics) = (socket, metrics);
        var transport = new SocketTransportOptions { CreateBoundListenSocket = _ => socket.Bound };
        _server = new KestrelServer(
            Options.Create(CreateServerOptions(endPoint)), new SocketTransportFactory(Options.Create(transport), loggers), loggers);
    }

    /// <summary>Listens at <paramref name="endPoint"/> until it is disposed of; null where there is none.</summary>
    public static async Task<MonitoringServer?> StartAsync(
        EndPoint? endPoint, RunnerMeter meter, Func<PrometheusTextExporter, HealthEndpoints> createEndpoints, ILoggerFactory loggers)
    {
        if (endPoint is null)
        {
            return null;
        }

        var metrics = new PrometheusTextExporter(meter.Meter);
        meter.InitializeCounters();
        var started = new MonitoringServer(endPoint, MonitoringSocket.Open(endPoint), metrics, loggers);
        await started._server.StartAsync(createEndpoints(metrics), CancellationToken.None);
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

    private static KestrelServerOptions CreateServerOptions(EndPoint endPoint)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = MaxConnections;
        options.Limits.MaxConcurrentUpgradedConnections = 0;
        options.Limits.MaxRequestLineSize = MaxRequestBytes / 2;
        options.Limits.MaxRequestBufferSize = MaxRequestBytes;
        options.Limits.MaxRequestHeadersTotalSize = MaxRequestBytes / 2;
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.RequestHeadersTimeout = RequestTimeout;
        options.Limits.KeepAliveTimeout = RequestTimeout;
        options.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
        return options;
    }
}
