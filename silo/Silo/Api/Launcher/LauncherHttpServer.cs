using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Silo.Background;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// The launcher's own web server, on a port of its own inside of the silo: nothing but its three calls can be reached
/// there, and none of them elsewhere.
/// </summary>
internal sealed partial class LauncherHttpServer(
    PolicyMonitor monitor,
    CallRateLimiter rateLimiter,
    RejectedCallAuditor auditor,
    IGrainFactory grains,
    ILaunchConsoleStore consoleStore,
    LaunchWakeSignal wakeSignal,
    TimeProvider time,
    ILoggerFactory logs,
    ILogger<LauncherHttpServer> log) : IHostedService, IAsyncDisposable
{
    private readonly ConnectionLimiter _connections = new(monitor, auditor);
    private WebApplication? _app;

    /// <summary>How long is waited for a handshake, and for the head of a request; twice as long for a request to begin.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where it listens, once it does.</summary>
    public Uri Address => new(_app!.Urls.Single());

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _app = Build();
        await _app.StartAsync(cancellationToken);
        Listening(Address);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.WebHost.ConfigureKestrel(Listen);
        builder.Services.AddSingleton<ILoggerFactory>(new RequestLogSuppressor(logs));
        builder.Services.AddSingleton(monitor).AddSingleton(rateLimiter).AddSingleton(auditor).AddSingleton(grains).AddSingleton(consoleStore).AddSingleton(wakeSignal).AddSingleton(time);
        builder.Services.AddSingleton<CallAuthenticator>().AddSingleton<ConsoleStreamerFactory>().AddSingleton<LaunchHandler>().AddSingleton<LauncherErrorHandler>();
        var app = builder.Build();
        app.Use(LaunchEndpoints.AddHeaders);
        app.UseRouting();
        app.MapLaunchEndpoints();
        return app;
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        KestrelLimits.Configure(kestrel);

        // Counted by who connects, before this one limit for all could be reached.
        kestrel.Limits.MaxConcurrentConnections = null;
        kestrel.Limits.RequestHeadersTimeout = RequestTimeout;
        kestrel.Limits.KeepAliveTimeout = 2 * RequestTimeout;
        var (listen, isSecure) = (monitor.Current.Policy.Listener.Listen, monitor.Current.Certificate is not null);
        if (listen.Address.Equals(IPAddress.IPv6Any))
        {
            kestrel.ListenAnyIP(listen.Port, Secure);
        }
        else
        {
            kestrel.Listen(listen, Secure);
        }

        void Secure(ListenOptions options)
        {
            options.Use(next => connection => _connections.RunAsync(connection, next));
            if (isSecure)
            {
                options.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = RequestTimeout,
                    OnConnection = _ => ValueTask.FromResult(Handshake()),
                });
            }
        }
    }

    // Asked at each connection, so that a new certificate holds from the next one on.
    private SslServerAuthenticationOptions Handshake() => new()
    {
        ServerCertificateContext = monitor.Current.Certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    [LoggerMessage(1, LogLevel.Information, "Launcher listening on {Address}")]
    private partial void Listening(Uri address);
}
