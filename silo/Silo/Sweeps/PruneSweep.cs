using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Silo.Sweeps;

/// <summary>Removes what nobody asks for any more: keys that no task holds.</summary>
internal sealed class PruneSweep(ITaskStore tasks, TimeProvider time, ILogger<PruneSweep> log)
    : Sweep("prune", TimeSpan.FromMinutes(1), time, log)
{
    private const int MostAtOnce = 500;

    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancel) =>
        await tasks.ForgetKeysAsync(MostAtOnce, cancel) < MostAtOnce ? null : TimeSpan.Zero;
}
