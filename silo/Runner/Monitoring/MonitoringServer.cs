using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansHybrid.Runner.Telemetry;

namespace OrleansHybrid.Runner.Monitoring;

/// <summary>
/// The framework's own web server without a host around it: nothing of the environment makes it listen elsewhere. A client that says
/// nothing, or too much, costs one of few connections for a few seconds.
/// </summary>
internal sealed class MonitoringServer : IHostedService, IAsyncDisposable
{
    private const int MaxConnections = 16;
    private const int MaxRequestBytes = 8 * 1024;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    private readonly MonitoringSocket _socket;
    private readonly KestrelServer _server;
    private readonly HealthEndpoints _endpoints;

    /// <summary>Takes the address; throws <see cref="ConfigurationException"/> where it can't be had.</summary>
    public MonitoringServer(EndPoint endPoint, RunnerMeter meter, HealthCheckService checks, ILoggerFactory loggers, IServiceProvider services)
    {
        _socket = MonitoringSocket.Open(endPoint);
        _endpoints = new HealthEndpoints(checks, services);
        meter.InitializeCounters();
        var transport = new SocketTransportOptions { CreateBoundListenSocket = _ => _socket.Bound };
        _server = new KestrelServer(
            Options.Create(CreateServerOptions(endPoint)), new SocketTransportFactory(Options.Create(transport), loggers), loggers);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_endpoints, CancellationToken.None);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(StopTime);
        await _server.StopAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _server.Dispose();
        _socket.Dispose();
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
