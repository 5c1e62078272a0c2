using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Hybrid.GrainClient.Engines;

/// <summary>Grains on the engine for one process: they are in this very process, or nowhere.</summary>
internal static class GrainEngine
{
    public static void AddSilos(this IServiceCollection services, string database, HybridGrainClientOptions options) =>
        throw new ArgumentException(
            "this build is on the Local engine, whose grains no other process can reach: leave ConnectionString out where the "
            + "grains are in the same process, build with -p:GrainEngine=Orleans, or use AddHybridClient",
            nameof(options));

    /// <summary>Within a process every call is answered.</summary>
    public static bool IsSilence(Exception trouble) => false;
}
