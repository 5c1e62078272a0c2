using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Nimbix.Policy;
using OrleansHybrid.Silo.Sweeps;

namespace OrleansHybrid.Silo.Nimbix.Errands;

/// <summary>Adds what carries out the launches of an account.</summary>
internal static class LaunchSetup
{
    /// <summary>
    /// The sweep for an account whose key this silo holds, under the policy that jobs are built from. It needs a <see cref="ILaunchProvider"/>.
    /// </summary>
    public static IServiceCollection AddLaunchSweep(
        this IServiceCollection services, Func<IServiceProvider, LauncherAccount> account, Func<IServiceProvider, Func<LauncherPolicy>> policy) => services
        .AddSingleton(account)
        .AddSingleton(provider => new AuditRecount(provider.GetRequiredService<LauncherAccount>().Name, provider.GetRequiredService<ILaunchStore>()))
        .AddSingleton(provider => new ProviderJobBuilder(policy(provider), provider.GetRequiredService<AuditRecount>()))
        .AddSingleton<LaunchConsoles>()
        .AddSingleton<LaunchErrands>()
        .AddSingleton<LaunchRounds>()
        .AddHostedService<LaunchSweep>();
}
