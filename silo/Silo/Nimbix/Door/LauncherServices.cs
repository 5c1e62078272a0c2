using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>Registers the launcher's policy and its door.</summary>
internal static class LauncherServices
{
    /// <summary>
    /// The door under the policy in a file. It opens last and closes first; what was refused is told to the audit after
    /// that.
    /// </summary>
    public static void AddLauncherDoor(this IServiceCollection services, string policyFile)
    {
        services.AddSingleton<CallerSecrets>().AddSingleton<CallGate>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<LivePolicy>(provider, policyFile));
        services.AddSingleton<RefusedCallBook>().AddSingleton<LauncherDoor>();
        services.AddHostedService(provider => provider.GetRequiredService<LivePolicy>());
        services.AddHostedService(provider => provider.GetRequiredService<RefusedCallBook>());
        services.AddHostedService(provider => provider.GetRequiredService<LauncherDoor>());
    }
}
