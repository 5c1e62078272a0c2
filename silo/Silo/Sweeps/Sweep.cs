using OrleansHybrid.Domain.Steps;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>
/// A periodic duty of every silo. It asks the store what is due and does it by conditional writes: no leader.
/// </summary>
internal abstract partial class Sweep(string name, TimeSpan interval, TimeProvider time, ILogger log)
    : BackgroundService
{
    // A sweep that has more to do rests as well, so that a fault in it burns no core.
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(5);

    /// <summary>Does what is due now; answers how long to rest when that is shorter than usual.</summary>
    protected abstract Task<TimeSpan?> SweepAsync(CancellationToken cancel);

    /// <summary>Rests; it may throw when the rest ends early.</summary>
    protected virtual Task RestAsync(TimeSpan rest, CancellationToken cancel) => Task.Delay(rest, time, cancel);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var rest = await OnceAsync(stoppingToken);
            await RestAsync(rest, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> OnceAsync(CancellationToken cancel)
    {
        try
        {
            var rest = await SweepAsync(cancel) ?? interval;
            return rest < ShortestRest ? ShortestRest : rest < interval ? rest : interval;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (StoreUnavailableException trouble)
        {
            NoDatabase(name, trouble.Message);
        }
        catch (Exception trouble)
        {
            Failed(name, trouble);
        }

        return interval;
    }

    [LoggerMessage(1, LogLevel.Warning, "The {Sweep} sweep found no database and comes again: {Reason}")]
    private partial void NoDatabase(string sweep, string reason);

    [LoggerMessage(2, LogLevel.Error, "The {Sweep} sweep failed and comes again")]
    private partial void Failed(string sweep, Exception trouble);
}
