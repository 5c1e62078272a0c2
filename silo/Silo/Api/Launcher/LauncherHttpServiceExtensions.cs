using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>Registers the launcher's policy and its HTTP server.</summary>
internal static class LauncherHttpServiceExtensions
{
    /// <summary>
    /// The HTTP server under the policy in a file. It starts last and stops first; rejected calls are written to the audit after
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
