using Microsoft.Extensions.Hosting;
#if ORLEANS_ENGINE
using Orleans.Hybrid.Support;
using Orleans.Serialization;
#else
using Orleans.Hybrid.Grains.Clusters;
using Orleans.Hybrid.LocalEngine;
#endif

namespace Orleans.Hybrid.Grains.Tests;

/// <summary>Hosts the grains on the engine of this build: the small one at its harshest, or one real silo.</summary>
internal static class Engine
{
#if ORLEANS_ENGINE
    public static void Add(HostApplicationBuilder builder) => builder.UseOrleans(silo =>
    {
        silo.UseLocalhostClustering(FreePorts.Next(), FreePorts.Next(), null, Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));
        silo.Services.AddSerializer(serializer => serializer.AddJsonSerializer(
            type => type.Namespace?.StartsWith("Orleans.Hybrid", StringComparison.Ordinal) == true));
    });
#else
    public static void Add(HostApplicationBuilder builder) => builder.Services.AddLocalEngine(
        [typeof(IClusterGrain).Assembly, typeof(Engine).Assembly],
        new LocalEngineOptions { Harshness = new Harshness(Seed: 7) { DeactivationChance = 0 } });
#endif
}
