using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hybrid.AppDoor;
using Orleans.Serialization;

namespace Orleans.Hybrid.GrainClient.Engines;

/// <summary>Grains on Orleans, reached through the gateways of the silos on one database.</summary>
internal static class GrainEngine
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan NewSilosSeenWithin = TimeSpan.FromSeconds(5);

    public static void AddSilos(this IServiceCollection services, string database, HybridGrainClientOptions options) =>
        services.AddOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(
                cluster => (cluster.ClusterId, cluster.ServiceId) = (TrustedCluster.Name, TrustedCluster.Name));
            client.UseAdoNetClustering(clustering =>
            {
                clustering.Invariant = "Npgsql";
                clustering.ConnectionString = database;
            });
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = NewSilosSeenWithin);
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
