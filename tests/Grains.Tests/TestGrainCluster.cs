using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.TestingHost;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Grains.Tests;

/// <summary>Silos in this process that share a SQLite store, and whose calls travel as they would between processes.</summary>
internal static class TestGrainCluster
{
    /// <summary>Starts so many silos over these stores; <paramref name="add"/> has the last word.</summary>
    public static async Task<InProcessTestCluster> StartAsync(IServiceCollection stores, IServiceProvider shared, int silos, Action<IServiceCollection> add)
    {
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.Options.AssumeHomogenousSilosForTesting = false;
        builder.Options.ConfigureFileLogging = false;
        builder.Options.InitializeClientOnDeploy = false;
        builder.ConfigureSilo((_, silo) =>
        {
            foreach (var type in stores.Select(service => service.ServiceType).Where(IsOurs).Distinct())
            {
                silo.Services.AddSingleton(type, _ => shared.GetRequiredService(type));
            }

            add(silo.Services);
            silo.Services.AddSerializer(serializer => serializer.AddGrainMessages());
            silo.AddOutgoingGrainCallFilter<RoundTripFilter>();
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static bool IsOurs(Type type) =>
        type.IsInterface && type.Namespace?.StartsWith("OrleansHybrid.Domain", StringComparison.Ordinal) == true
        || type == typeof(IDatabaseInitializer);

    /// <summary>Sends half of all arguments of ours through the serializer, as if their grain lived in another process.</summary>
    private sealed class RoundTripFilter(Serializer serializer) : IOutgoingGrainCallFilter
    {
        private readonly Random _random = new(7);

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            var request = context.Request;
            for (var i = 0; i < request.GetArgumentCount(); i++)
            {
                if (request.GetArgument(i) is { } argument && IsValue(argument) && FlipCoin())
                {
                    request.SetArgument(i, serializer.Deserialize<object>(serializer.SerializeToArray<object>(argument))!);
                }
            }

            await context.Invoke();
        }

        private static bool IsValue(object argument) =>
            argument is not (IAddressable or CancellationToken) && argument.GetType() is { IsPrimitive: false };

        private bool FlipCoin()
        {
            lock (_random)
            {
                return _random.Next(2) == 0;
            }
        }
    }
}
