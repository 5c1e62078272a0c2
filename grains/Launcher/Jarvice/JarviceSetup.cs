using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Launcher.Secrets;

namespace OrleansHybrid.Silo.Launcher.Jarvice;

/// <summary>Adds a provider with the JARVICE API, and its key store, whose keys are known to the redactor.</summary>
internal static class JarviceSetup
{
    public static IServiceCollection AddJarvice(this IServiceCollection services, JarviceOptions options, KeySource source) => services
        .AddSingleton(options)
        .AddSingleton(provider => new JarviceHttp(options, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new ApiKeyStore(
            options.Username,
            source,
            JarviceProvider.CreateValidator(options, provider.GetRequiredService<JarviceHttp>()),
            provider.GetRequiredService<SecretRedactor>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ApiKeyStore>>()))
        .AddHostedService(provider => provider.GetRequiredService<ApiKeyStore>())
        .AddSingleton<JarviceProvider>()
        .AddSingleton<ILaunchProvider>(provider => provider.GetRequiredService<JarviceProvider>());
}
