using Microsoft.Extensions.DependencyInjection;

namespace OrleansHybrid.Client;

/// <summary>Adds the client over HTTP to an application's services.</summary>
public static class HybridClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds a singleton <see cref="HybridClient"/>, and its tasks as <see cref="IHybridTasks"/>.
    /// </summary>
    /// <example><code>
    /// builder.Services.AddHybridClient(new HybridClientOptions { BaseUrl = new("https://jobs.internal"), Token = token, ProjectId = project });
    /// </code></example>
    /// <param name="services">The application's services.</param>
    /// <param name="options">Where to call, and as whom.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The options are invalid; the message says why.</exception>
    public static IServiceCollection AddHybridClient(this IServiceCollection services, HybridClientOptions options)
    {
        HybridClient.Validate(options);
        return services
            .AddSingleton(_ => new HybridClient(options))
            .AddSingleton<IHybridTasks>(provider => provider.GetRequiredService<HybridClient>().Tasks);
    }
}
