using Orleans.Hybrid.Silo.Sweeps;

namespace Orleans.Hybrid.Silo.Nimbix.Errands;

/// <summary>Adds what carries out the launches of an account.</summary>
internal static class LaunchSetup
{
    /// <summary>
    /// The sweep for an account whose key this silo holds. It needs a <see cref="Domain.Launching.ILaunchProvider"/>.
    /// </summary>
    public static IServiceCollection AddLaunchSweep(
        this IServiceCollection services, Func<IServiceProvider, LauncherAccount> account) => services
        .AddSingleton(account)
        .AddSingleton<LaunchConsoles>()
        .AddSingleton<LaunchErrands>()
        .AddSingleton<LaunchRounds>()
        .AddHostedService<LaunchSweep>();
}
