using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Silo.Background;

/// <summary>
/// A periodic duty of every silo. It asks the store what is due and does it by conditional writes: no leader.
/// </summary>
internal abstract partial class PeriodicBackgroundService(string name, TimeSpan interval, TimeProvider time, ILogger log)
    : BackgroundService
{
    // A service that has more to do waits as well, so that a fault in it does not spin a core.
    private static readonly TimeSpan MinDelay = TimeSpan.FromMilliseconds(5);

    /// <summary>Does what is due now; returns how long to rest when that is shorter than usual.</summary>
    protected abstract Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken);

    /// <summary>Rests; it may throw when the rest ends early.</summary>
    protected virtual Task DelayAsync(TimeSpan rest, CancellationToken cancellationToken) => Task.Delay(rest, time, cancellationToken);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var rest = await TryRunOnceAsync(cancellationToken);
            await DelayAsync(rest, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> TryRunOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var rest = await RunOnceAsync(cancellationToken) ?? interval;
            return rest < MinDelay ? MinDelay : rest < interval ? rest : interval;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (StoreUnavailableException ex)
        {
            NoDatabase(name, ex.Message);
        }
        catch (Exception ex)
        {
            Failed(name, ex);
        }

        return interval;
    }

    [LoggerMessage(1, LogLevel.Warning, "{Sweep}: database unavailable, will retry: {Reason}")]
    private partial void NoDatabase(string sweep, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Sweep}: unexpected error, will retry")]
    private partial void Failed(string sweep, Exception exception);
}
