using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Background;
using OrleansHybrid.Silo.Launcher.Policy;

namespace OrleansHybrid.Silo.Launcher.Reconciliation;

/// <summary>Adds the reconciler of an account's launches.</summary>
internal static class LaunchReconciliationExtensions
{
    /// <summary>
    /// Adds the reconciler for an account whose key this silo has, under its policy. It needs a <see cref="ILaunchProvider"/>.
    /// </summary>
    public static IServiceCollection AddLaunchReconciler(
        this IServiceCollection services, Func<IServiceProvider, LauncherAccount> account, Func<IServiceProvider, Func<LauncherPolicy>> policy) => services
        .AddSingleton(account)
        .AddSingleton(provider => new AuditProjection(provider.GetRequiredService<LauncherAccount>().Name, provider.GetRequiredService<ILaunchStore>()))
        .AddSingleton(provider => new ProviderJobBuilder(policy(provider), provider.GetRequiredService<AuditProjection>()))
        .AddSingleton<ConsoleCollector>()
        .AddSingleton<ProviderCommandExecutor>()
        .AddSingleton<LaunchReconcileLoop>()
        .AddHostedService<LaunchReconciler>();
}
