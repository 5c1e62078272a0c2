using OrleansHybrid.Silo.Launcher.Policy;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>Registers the launcher's policy and its door.</summary>
internal static class LauncherHttpServiceExtensions
{
    /// <summary>
    /// The door under the policy in a file. It opens last and closes first; what was refused is told to the audit after
    /// that.
    /// </summary>
    public static void AddLauncherHttpServer(this IServiceCollection services, string policyFile)
    {
        services.AddSingleton<CallerSecrets>().AddSingleton<CallRateLimiter>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<PolicyMonitor>(provider, policyFile));
        services.AddSingleton<RejectedCallAuditor>().AddSingleton<LauncherHttpServer>();
        services.AddHostedService(provider => provider.GetRequiredService<PolicyMonitor>());
        services.AddHostedService(provider => provider.GetRequiredService<RejectedCallAuditor>());
        services.AddHostedService(provider => provider.GetRequiredService<LauncherHttpServer>());
    }
}
