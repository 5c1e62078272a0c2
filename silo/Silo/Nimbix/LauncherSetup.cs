using OrleansHybrid.Grains.Launching;
using OrleansHybrid.Silo.Http.Launcher;
using OrleansHybrid.Silo.Nimbix.Door;
using OrleansHybrid.Silo.Nimbix.Errands;
using OrleansHybrid.Silo.Nimbix.Jarvice;
using OrleansHybrid.Silo.Nimbix.Keys;
using OrleansHybrid.Silo.Nimbix.Local;
using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix;

/// <summary>Adds the launcher of a policy: its provider with the key, what carries its launches out, and the door, which opens last.</summary>
internal static class LauncherSetup
{
    /// <summary>Adds all of it to a silo; a policy that can't be used is a bad setting.</summary>
    public static void AddLauncher(this IServiceCollection services, ControlPlaneOptions options, string policyFile)
    {
        var policy = LivePolicy.AtStart(policyFile);
        services.AddSingleton<Scrubber>();
        services.AddProvider(policy, Path.Combine(options.DataDirectory, "launcher"));
        services.AddLaunchSweep(
            provider =>
            {
                var (vault, live) = (provider.GetService<KeyVault>(), provider.GetRequiredService<LivePolicy>());
                return new LauncherAccount(policy.Account, () => vault?.Generation, () => live.Current.Policy.Terms.Caps.ForeignJobs);
            },
            provider =>
            {
                var live = provider.GetRequiredService<LivePolicy>();
                return () => live.Current.Policy;
            });
        services.AddSingleton<ILauncherPolicy, LiveLauncherPolicy>();
        services.AddSingleton<ILauncherStanding>(provider => new LiveStanding(
            provider.GetRequiredService<LivePolicy>(), provider.GetService<KeyVault>()));
        services.AddLauncherDoor(policyFile);
        ScrubbedLogs.Wrap(services);
    }

    /// <summary>Adds where jobs run; that is decided at the start.</summary>
    public static IServiceCollection AddProvider(this IServiceCollection services, LauncherPolicy policy, string folder) => policy.Provider switch
    {
        LaunchPlace.Jarvice => services.AddJarvice(policy.Jarvice!.Options, policy.Jarvice.Key),
        _ => services.AddLocalProvider(policy.Executor, folder),
    };
}
