using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;

namespace OrleansHybrid.Silo.Nimbix.Errands;

/// <summary>Asks an account's launcher what is to be done at the provider, does it, and reports, once a round.</summary>
internal sealed class LaunchRounds(LauncherAccount account, LaunchErrands errands, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private IReadOnlyList<LaunchReport> _untold = [];

    private INimbixLauncherControlGrain Launcher => grains.GetLauncher(account.Name);

    /// <summary>One round; answers when the next one is due at the latest.</summary>
    public async Task<TimeSpan> OnceAsync(CancellationToken cancellationToken)
    {
        await TellAsync(_untold);
        var askedAt = time.GetTimestamp();
        var taken = await Launcher.TakeOrders(account.ForeignJobsCount());
        var submissions = taken.Orders.Where(order => order.Act == LaunchAct.Submit).ToList();
        var others = taken.Orders.Where(order => order.Act != LaunchAct.Submit).ToList();
        await TellAsync(await errands.SubmitAsync(submissions, askedAt));
        await TellAsync(await errands.SeeAsync(others, cancellationToken));

        // What was submitted, or found, is looked at next.
        return taken.Orders.Any(order => order.Act is LaunchAct.Submit or LaunchAct.Search) ? Soon : taken.Rest;
    }

    // What could not be told is told before anything else is asked for.
    private async Task TellAsync(IReadOnlyList<LaunchReport> reports)
    {
        _untold = reports;
        if (reports.Count > 0)
        {
            await Launcher.Report(reports);
            _untold = [];
        }
    }
}
