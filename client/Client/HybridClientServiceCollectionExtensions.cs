using Microsoft.Extensions.DependencyInjection;

namespace OrleansHybrid.Client;

/// <summary>Adds the client over HTTP to an application's services.</summary>
public static class HybridClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="HybridClient"/> for the life of the application, and its tasks as <see cref="IHybridTasks"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The options can't be right; the message says why.</exception>
    public static IServiceCollection AddHybridClient(this IServiceCollection services, HybridClientOptions options)
    {
        HybridClient.Validate(options);
        return services
            .AddSingleton(_ => new HybridClient(options))
            .AddSingleton<IHybridTasks>(provider => provider.GetRequiredService<HybridClient>().Tasks);
    }
}
