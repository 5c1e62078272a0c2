using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Jarvice;

/// <summary>Adds a provider with the JARVICE API, and its key store, whose keys are known to the redactor.</summary>
internal static class JarviceSetup
{
    public static IServiceCollection AddJarvice(this IServiceCollection services, JarviceAccess access) => services
        .AddSingleton(access.Options)
        .AddSingleton(provider => new JarviceHttp(access.Options, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new ApiKeyStore(
            access.Options.Username,
            access.Key,
            JarviceProvider.CreateValidator(access.Options, provider.GetRequiredService<JarviceHttp>()),
            provider.GetRequiredService<SecretRedactor>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ApiKeyStore>>()))
        .AddHostedService(provider => provider.GetRequiredService<ApiKeyStore>())
        .AddSingleton<JarviceProvider>()
        .AddSingleton<ILaunchProvider>(provider => provider.GetRequiredService<JarviceProvider>());
}
