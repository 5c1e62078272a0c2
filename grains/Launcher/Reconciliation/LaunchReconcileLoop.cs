using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;

namespace OrleansHybrid.Launcher.Reconciliation;

/// <summary>Takes commands from an account's launcher, executes them at the provider, and reports, once a pass.</summary>
internal sealed class LaunchReconcileLoop(LauncherAccount account, ProviderCommandExecutor executor, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan ShortDelay = TimeSpan.FromSeconds(1);

    private IReadOnlyList<ProviderResult> _unreported = [];

    private INimbixLauncherControlGrain Launcher => grains.GetLauncher(account.Name);

    /// <summary>One pass; returns the delay until the next one at the latest.</summary>
    public async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        await ReportAsync(_unreported);
        var askedAt = time.GetTimestamp();
        var taken = await Launcher.TakeCommands(account.CountsForeignJobs());
        var submissions = taken.Commands.Where(command => command.Action == ProviderAction.Submit).ToList();
        var others = taken.Commands.Where(command => command.Action != ProviderAction.Submit).ToList();
        await ReportAsync(await executor.SubmitAsync(submissions, askedAt));
        await ReportAsync(await executor.ExecuteAsync(others, cancellationToken));

        // What was submitted, or found, is polled next.
        return taken.Commands.Any(command => command.Action is ProviderAction.Submit or ProviderAction.FindByLabel) ? ShortDelay : taken.UntilNextPoll;
    }

    // Results that could not be reported are reported before new commands are taken.
    private async Task ReportAsync(IReadOnlyList<ProviderResult> reports)
    {
        _unreported = reports;
        if (reports.Count > 0)
        {
            await Launcher.ReportResults([.. reports]);
            _unreported = [];
        }
    }
}
