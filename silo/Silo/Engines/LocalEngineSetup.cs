using Orleans.Hybrid.Grains.Clusters;
using Orleans.Hybrid.LocalEngine;

namespace Orleans.Hybrid.Silo.Engines;

/// <summary>Hosts the grains on the engine for one process.</summary>
internal static class GrainEngineSetup
{
    /// <summary>What it is called, in logs and on /version.</summary>
    public const string Name = "Local";

    /// <summary>True when a call failed because its grain's silo is gone or going, which can't be without the caller's.</summary>
    public static bool MeansComeAgain(Exception trouble) => false;

    public static void AddGrainEngine(this WebApplicationBuilder builder, ControlPlaneOptions options)
    {
        builder.Services.AddLocalEngine([typeof(IClusterGrain).Assembly]).AddSingleton<IStateStorage, LocalStates>();
        if (options.Database is not null)
        {
            builder.Services.AddHostedService<LocalOnlySilo>();
        }
    }
}
