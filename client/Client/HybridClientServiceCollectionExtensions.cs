using Microsoft.Extensions.DependencyInjection;

namespace OrleansHybrid.Client;

/// <summary>Adds the client over HTTP to an application's services.</summary>
public static class HybridClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds a singleton <see cref="HybridClient"/>, and its tasks as <see cref="IHybridTasks"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The options are invalid; the message says why.</exception>
    public static IServiceCollection AddHybridClient(this IServiceCollection services, HybridClientOptions options)
    {
        HybridClient.Validate(options);
        return services
            .AddSingleton(_ => new HybridClient(options))
            .AddSingleton<IHybridTasks>(provider => provider.GetRequiredService<HybridClient>().Tasks);
    }
}
