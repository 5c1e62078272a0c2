using OrleansHybrid.Contracts.Launcher;
using OrleansHybrid.Launcher;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>Queries of operators about active and ended launches.</summary>
internal sealed class LauncherAdminService(IGrainFactory grains, ILaunchStore store)
{
    /// <summary>How a launcher stands.</summary>
    public async Task<LauncherStatus> StatusAsync(LauncherStatusSnapshot launcher) =>
        LauncherMapping.ToContract(launcher, await GrainOf(launcher).Summarize());

    /// <summary>Launches with lower ids than one, or all, the newest first.</summary>
    public async Task<LaunchList> ListAsync(LauncherStatusSnapshot launcher, string? before, int limit, CancellationToken cancellationToken)
    {
        // In this order, a launch that ends in between is in both, and never in neither.
        var live = (await GrainOf(launcher).Summarize()).Live;
        var ended = await store.ListAsync(launcher.Account, before, limit + 1, cancellationToken);
        var found = ended
            .Concat(live.Where(launch => before is null || string.CompareOrdinal(launch.Id, before) < 0))
            .DistinctBy(launch => launch.Id)
            .OrderByDescending(launch => launch.Id, StringComparer.Ordinal)
            .Select(LauncherMapping.ToContract)
            .ToList();
        var page = found.Take(limit).ToList();
        return new LaunchList { Runs = page, Before = found.Count > limit ? page[^1].Id : null };
    }

    /// <summary>A launch; null when there is none of that id.</summary>
    public Task<LaunchSnapshot?> FindAsync(LauncherStatusSnapshot launcher, string launchId) => GrainOf(launcher).Find(launchId);

    /// <summary>Cancels a launch of any credential; null when there is none of that id.</summary>
    public Task<LaunchSnapshot?> CancelAsync(LauncherStatusSnapshot launcher, string launchId, CallerAddress operatorsOrigin) =>
        GrainOf(launcher).Cancel(launchId, credentialId: null, operatorsOrigin);

    private INimbixLauncherControlGrain GrainOf(LauncherStatusSnapshot launcher) => grains.GetLauncher(launcher.Account);
}
