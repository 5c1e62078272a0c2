using OrleansHybrid.Abstractions;


namespace OrleansHybrid.Launcher.Grain;

/// <summary>Finds launchers by their accounts, and places them on silos with a policy.</summary>
public static class LauncherGrainExtensions
{
    internal const string KeyPrefix = "launcher/";

    /// <summary>The launcher of an account, as silos reach it.</summary>
    public static INimbixLauncherControlGrain GetLauncher(this IGrainFactory grains, string account) =>
        grains.GetGrain<INimbixLauncherControlGrain>(LauncherSignature.KeyOf(account));

    /// <summary>
    /// Takes the launcher out of the grain classes that a silo hosts: for silos without a launcher's policy, by which it decides.
    /// </summary>
    public static void ExcludeLauncher(ICollection<Type> grainClasses) => grainClasses.Remove(typeof(NimbixLauncherGrain));
}
