using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Launcher.Secrets;

namespace OrleansHybrid.Launcher.Reconciliation;

/// <summary>Adds what reconciles an account's launches.</summary>
internal static class LaunchReconciliationExtensions
{
    /// <summary>Adds the loop for an account whose key this silo has, under the policy of <see cref="PolicyMonitor"/>.</summary>
    public static IServiceCollection AddLaunchReconcileLoop(this IServiceCollection services, string account) => services.AddLaunchReconcileLoop(
        provider =>
        {
            var (keys, policy) = (provider.GetService<ApiKeyStore>(), provider.GetRequiredService<PolicyMonitor>());
            return new LauncherAccount(account, () => keys?.KeyVersion, () => policy.Current.Policy.Profile.Caps.ForeignJobs);
        },
        provider =>
        {
            var policy = provider.GetRequiredService<PolicyMonitor>();
            return () => policy.Current.Policy;
        });

    /// <summary>Adds the loop for an account, under its policy. It needs an <see cref="ILaunchProvider"/>.</summary>
    public static IServiceCollection AddLaunchReconcileLoop(
        this IServiceCollection services, Func<IServiceProvider, LauncherAccount> account, Func<IServiceProvider, Func<LauncherPolicy>> policy) => services
        .AddSingleton(account)
        .AddSingleton(provider => new AuditProjection(provider.GetRequiredService<LauncherAccount>().Name, provider.GetRequiredService<ILaunchStore>()))
        .AddSingleton(provider => new ProviderJobBuilder(policy(provider), provider.GetRequiredService<AuditProjection>()))
        .AddSingleton<ConsoleCollector>()
        .AddSingleton<ProviderCommandExecutor>()
        .AddSingleton<LaunchReconcileLoop>();
}
