using OrleansHybrid.Launcher;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Launcher.Reconciliation;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Silo.Background;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.HealthChecks;
using OrleansHybrid.Silo.Standalone;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>Adds the launcher of a policy: its provider with the key, its reconciler, and its HTTP server, which starts last.</summary>
internal static class LauncherHostingExtensions
{
    /// <summary>Adds all of it to a silo; a policy that can't be used is a bad setting.</summary>
    public static void AddLauncher(this IServiceCollection services, StoreOptions options, string policyFile)
    {
        var policy = PolicyMonitor.LoadAtStartup(policyFile);
        services.AddSingleton(new SecretRedactor());
        services.AddProvider(policy, Path.Combine(options.DataDirectory, "launcher"));
        services.AddLaunchReconcileLoop(policy.Account).AddHostedService<LaunchReconciler>();
        services.AddSingleton<ILauncherPolicy, LiveLauncherPolicy>();
        services.AddSingleton<ILauncherStatusProvider, LauncherStatusProvider>();
        services.AddHealthChecks().AddCheck<LauncherHealthCheck>("launcher");
        services.AddLauncherHttpServer(policyFile);
        RedactingLoggerProvider.Wrap(services);
    }

    /// <summary>Adds where jobs run; that is decided at the start.</summary>
    public static IServiceCollection AddProvider(this IServiceCollection services, LauncherPolicy policy, string folder) => policy.Provider switch
    {
        LaunchProviderKind.Jarvice => services.AddJarvice(policy.Jarvice!),
        _ => services.AddLocalProvider(policy.Executor, folder),
    };
}
