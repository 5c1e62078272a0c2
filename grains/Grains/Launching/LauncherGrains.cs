namespace Orleans.Hybrid.Grains.Launching;

/// <summary>Finds launchers by their accounts.</summary>
public static class LauncherGrains
{
    internal const string KeyPrefix = "launcher/";

    /// <summary>The launcher of an account.</summary>
    public static INimbixLauncherGrain GetLauncher(this IGrainFactory grains, string account) =>
        grains.GetGrain<INimbixLauncherGrain>(KeyPrefix + account);
}
