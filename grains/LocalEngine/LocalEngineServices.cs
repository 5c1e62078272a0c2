using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Orleans.Hybrid.LocalEngine;

/// <summary>Adds the engine to a host.</summary>
public static class LocalEngineServices
{
    /// <summary>Adds <see cref="IGrainFactory"/>; what is added after it stops before it.</summary>
    public static IServiceCollection AddLocalEngine(
        this IServiceCollection services, IEnumerable<Assembly> grains, LocalEngineOptions? options = null)
    {
        services.AddLogging().TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(provider => new Engine(provider, grains, options ?? new()))
            .AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<Engine>())
            .AddSingleton(provider => new EngineCounters(provider.GetRequiredService<Engine>()))
            .AddHostedService(provider => provider.GetRequiredService<Engine>());
    }
}
