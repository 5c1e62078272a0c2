using OrleansHybrid.Contracts.Launcher;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;

namespace OrleansHybrid.Silo.Http.Launcher;

/// <summary>Answers operators about launches, those that live and those that have ended.</summary>
internal sealed class LauncherDesk(IGrainFactory grains, ILaunchStore store)
{
    /// <summary>How a launcher stands.</summary>
    public async Task<LauncherStatus> StatusAsync(LauncherStanding launcher) =>
        LauncherMapping.Show(launcher, await GrainOf(launcher).Summarize());

    /// <summary>Launches with lower ids than one, or all, the newest first.</summary>
    public async Task<LaunchList> ListAsync(LauncherStanding launcher, string? before, int most, CancellationToken cancellationToken)
    {
        // In this order, what ends meanwhile is in both, and never in neither.
        var live = (await GrainOf(launcher).Summarize()).Live;
        var ended = await store.ListAsync(launcher.Account, before, most + 1, cancellationToken);
        var found = ended
            .Concat(live.Where(launch => before is null || string.CompareOrdinal(launch.Id, before) < 0))
            .DistinctBy(launch => launch.Id)
            .OrderByDescending(launch => launch.Id, StringComparer.Ordinal)
            .Select(LauncherMapping.Show)
            .ToList();
        var page = found.Take(most).ToList();
        return new LaunchList { Runs = page, Before = found.Count > most ? page[^1].Id : null };
    }

    /// <summary>A launch; null when there is none of that id.</summary>
    public Task<LaunchView?> FindAsync(LauncherStanding launcher, string launchId) => GrainOf(launcher).Find(launchId);

    /// <summary>Orders a launch to stop, whosever it is; null when there is none of that id.</summary>
    public Task<LaunchView?> CancelAsync(LauncherStanding launcher, string launchId, LaunchOrigin operatorsOrigin) =>
        GrainOf(launcher).Cancel(launchId, credentialId: null, operatorsOrigin);

    private INimbixLauncherControlGrain GrainOf(LauncherStanding launcher) => grains.GetLauncher(launcher.Account);
}
