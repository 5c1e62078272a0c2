using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Serialization;
using OrleansHybrid.Abstractions.Apps;
using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Client;

namespace OrleansHybrid.GrainClient;

/// <summary>The Orleans client through which an app reaches the control plane's gateways.</summary>
internal static class GatewayServiceCollectionExtensions
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Lets the application's host connect to gateways when it starts.</summary>
    public static void AddGateways(
        this IServiceCollection services, IReadOnlyList<GatewayAddress> gateways, CertificateFiles certificate, HybridGrainClientOptions options)
    {
        var before = services.Count;
        services.AddOrleansClient(client =>
        {
            client.UseGateways(gateways, certificate);
            client.UseConnectionRetryFilter(async (_, cancellationToken) =>
            {
                // For how long is up to the start as a whole.
                await Task.Delay(RetryDelay, options.TimeProvider, cancellationToken).ConfigureAwait(false);
                return true;
            });
            client.Services.AddSerializer(serializer => serializer.AddAssembly(typeof(IProjectGrain).Assembly));
        });
        LimitStartTime(services, before, options);
    }

    /// <summary>True for what Orleans throws when no silo answered.</summary>
    public static bool IsUnavailable(Exception exception) => exception is OrleansException or TimeoutException or EnumerationAbortedException;

    // An app may start before the first silo does. But Orleans would retry for ever, and when it is stopped it does not say why.
    private static void LimitStartTime(IServiceCollection services, int from, HybridGrainClientOptions options)
    {
        for (var i = from; i < services.Count; i++)
        {
            if (services[i] is { ServiceType: var type, IsKeyedService: false } start && type == typeof(IHostedService))
            {
                services[i] = ServiceDescriptor.Singleton<IHostedService>(
                    provider => new StartTimeoutService(Create(start, provider), provider.GetRequiredService<GatewayHandshakes>(), options));
            }
        }
    }

    private static IHostedService Create(ServiceDescriptor start, IServiceProvider provider) => (IHostedService)(
        start.ImplementationInstance
        ?? start.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, start.ImplementationType!));

    /// <summary>Starts the Orleans client within the time that the options allow; the exception says why it could not.</summary>
    private sealed class StartTimeoutService(IHostedService client, GatewayHandshakes handshakes, HybridGrainClientOptions options)
        : IHostedService, IDisposable
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            using var patience = new CancellationTokenSource(options.OutageTimeout, options.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            try
            {
                await client.StartAsync(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (Exception ex) when (!cancellationToken.IsCancellationRequested)
            {
                throw new HybridException(handshakes.Describe(options.TimeProvider.GetUtcNow()), status: null, "", isTransient: true, ex);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => client.StopAsync(cancellationToken);

        public void Dispose() => (client as IDisposable)?.Dispose();
    }
}
