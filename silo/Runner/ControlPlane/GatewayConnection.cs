using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>
/// An Orleans client of the control plane's gateways, in a host of its own: silo and client can't share one. It connects in the background and,
/// when a gateway is lost, again.
/// </summary>
internal sealed class GatewayConnection : IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _end = new();
    private readonly IHost _host;
    private readonly Task _connecting;

    private GatewayConnection(RunnerGateways gateways, ILoggerFactory loggers)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(loggers);
        builder.UseOrleansClient(client =>
        {
            client.UseGateways(gateways.Addresses, gateways.Certificate);
            client.UseConnectionRetryFilter(RetryAsync);
            client.Services.AddSerializer(serializer => serializer.AddAssembly(typeof(IRunnerSessionGrain).Assembly));
        });
        _host = builder.Build();
        _connecting = _host.StartAsync(_end.Token);
    }

    /// <summary>The control plane's grains; throws <see cref="ControlPlaneException"/> while no gateway has answered yet.</summary>
    public IGrainFactory Grains => _connecting.IsCompletedSuccessfully
        ? _host.Services.GetRequiredService<IGrainFactory>()
        : throw new ControlPlaneException(
            _host.Services.GetRequiredService<GatewayHandshakes>().Describe(TimeProvider.System.GetUtcNow()),
            ControlPlaneErrorKind.Transient,
            _connecting.Exception?.GetBaseException());

    /// <summary>Ends when a gateway has answered.</summary>
    public Task Connected => _connecting;

    /// <summary>Begins to connect.</summary>
    public static GatewayConnection Open(RunnerGateways gateways, ILoggerFactory loggerFactory) => new(gateways, loggerFactory);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = new CancellationTokenSource(StopTime);
        await _host.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
        _end.Dispose();
    }

    private static async Task<bool> RetryAsync(Exception exception, CancellationToken cancellationToken)
    {
        await Task.Delay(RetryPause, cancellationToken);
        return true;
    }
}

/// <summary>The control plane's gateways that a runner may use, and the certificate that it shows them.</summary>
public sealed record RunnerGateways(IReadOnlyList<GatewayAddress> Addresses, CertificateFiles Certificate)
{
    /// <inheritdoc />
    public override string ToString() => string.Join(", ", Addresses);
}
