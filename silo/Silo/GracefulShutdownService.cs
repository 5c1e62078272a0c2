using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.LongPolling;

namespace OrleansHybrid.Silo;

/// <summary>
/// Graceful shutdown, phase 1: fail readiness, complete pending long polls and send <c>Connection: close</c>, so the load balancer moves
/// clients away before Kestrel stops.
/// </summary>
internal sealed class GracefulShutdownService(LongPollDispatcher dispatcher, ServerOptions options, TimeProvider time)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>True from the stop signal.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Cancelled with the stop signal.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A second signal stops at once.
        if (IsStopping)
        {
            return;
        }

        await _stopping.CancelAsync();
        dispatcher.Close();
        if (options.ShutdownDelay > TimeSpan.Zero)
        {
            await Task.Delay(options.ShutdownDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _stopping.Dispose();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
