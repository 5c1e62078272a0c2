using Microsoft.Extensions.DependencyInjection;
using Orleans.Hybrid.Client;
using Orleans.Hybrid.GrainClient.Engines;

namespace Orleans.Hybrid.GrainClient;

/// <summary>Adds the client over grains to an application's services.</summary>
public static class HybridGrainServices
{
    /// <summary>
    /// Adds the project's tasks as <see cref="IHybridTasks"/>. With a connection string the application's host joins the
    /// silos as a client when it starts; without one the grains are those of this very process.
    /// </summary>
    /// <exception cref="ArgumentException">The options can't be right; the message says why.</exception>
    public static IServiceCollection AddHybridGrainClient(
        this IServiceCollection services, HybridGrainClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Attempts, 1);
        if (options.ProjectId.Length == 0)
        {
            throw new ArgumentException("a grain client works for one project: set ProjectId", nameof(options));
        }

        if (options.ConnectionString is { } database)
        {
            services.AddSilos(database, options);
        }

        return services.AddSingleton<IHybridTasks>(
            provider => new GrainTasks(provider.GetRequiredService<IGrainFactory>(), options));
    }
}
