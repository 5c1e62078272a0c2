using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Nimbix.Policy;
using OrleansHybrid.Silo.Sweeps;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>
/// The launcher's own web server, on a port of its own inside of the silo: nothing but its three calls can be reached
/// there, and none of them elsewhere.
/// </summary>
internal sealed partial class LauncherDoor(
    LivePolicy live,
    CallGate gate,
    RefusedCallBook book,
    IGrainFactory grains,
    ILaunchTexts texts,
    LaunchAlarm alarm,
    TimeProvider time,
    ILoggerFactory logs,
    ILogger<LauncherDoor> log) : IHostedService, IAsyncDisposable
{
    private readonly ConnectionLimiter _connections = new(live, book);
    private WebApplication? _app;

    /// <summary>How long is waited for a handshake, and for the head of a request; twice as long for a request to begin.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where it listens, once it does.</summary>
    public Uri Address => new(_app!.Urls.Single());

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _app = Build();
        await _app.StartAsync(cancellationToken);
        Listens(Address);
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
        builder.Services.AddSingleton<ILoggerFactory>(new DoorLogs(logs));
        builder.Services.AddSingleton(live).AddSingleton(gate).AddSingleton(book).AddSingleton(grains).AddSingleton(texts).AddSingleton(alarm).AddSingleton(time);
        builder.Services.AddSingleton<Entrance>().AddSingleton<ConsoleCopies>().AddSingleton<LaunchDesk>().AddSingleton<DoorTrouble>();
        var app = builder.Build();
        app.Use(DoorEndpoints.AddHeaders);
        app.UseRouting();
        app.MapDoor();
        return app;
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        ServerLimits.Set(kestrel);

        // Counted by who connects, before this one limit for all could be reached.
        kestrel.Limits.MaxConcurrentConnections = null;
        kestrel.Limits.RequestHeadersTimeout = Patience;
        kestrel.Limits.KeepAliveTimeout = 2 * Patience;
        var (listen, isSecure) = (live.Current.Policy.Door.Listen, live.Current.Certificate is not null);
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
                    HandshakeTimeout = Patience,
                    OnConnection = _ => ValueTask.FromResult(Handshake()),
                });
            }
        }
    }

    // Asked at each connection, so that a new certificate holds from the next one on.
    private SslServerAuthenticationOptions Handshake() => new()
    {
        ServerCertificateContext = live.Current.Certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    [LoggerMessage(1, LogLevel.Information, "The launcher listens on {Address}")]
    private partial void Listens(Uri address);
}
