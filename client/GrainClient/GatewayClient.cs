using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hybrid.AppDoor;
using Orleans.Serialization;

namespace Orleans.Hybrid.GrainClient;

/// <summary>The Orleans client through which an app reaches the control plane's gateways.</summary>
internal static class GatewayClient
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Lets the application's host connect to gateways when it starts.</summary>
    public static void AddGateways(
        this IServiceCollection services, IReadOnlyList<GatewayAddress> gateways, HybridGrainClientOptions options) =>
        services.AddOrleansClient(client =>
        {
            client.UseGateways(gateways);
            client.UseConnectionRetryFilter(Patience(options));
            client.Services.AddSerializer(serializer => serializer
                .AddAssembly(typeof(IProjectGrain).Assembly)
                .AddJsonSerializer(type => type == typeof(AppAnswer)));
        });

    /// <summary>True for what Orleans throws when no silo answered.</summary>
    public static bool IsSilence(Exception trouble) => trouble is OrleansException or TimeoutException;

    /// <summary>An app may start before the first silo does.</summary>
    private static Func<Exception, CancellationToken, Task<bool>> Patience(HybridGrainClientOptions options)
    {
        var clock = options.TimeProvider;
        long? began = null;
        return async (_, cancel) =>
        {
            began ??= clock.GetTimestamp();
            await Task.Delay(RetryPause, clock, cancel).ConfigureAwait(false);
            return clock.GetElapsedTime(began.Value) < options.OutagePatience;
        };
    }
}
