using OrleansHybrid.Silo.LongPolling;

namespace OrleansHybrid.Silo;

/// <summary>
/// The first step of a stop, while everything still serves: /readyz refuses, polls are answered, each answer closes its
/// connection, so that whoever comes next is led to another silo before this one stops to listen.
/// </summary>
internal sealed class GracefulShutdownService(LongPollDispatcher dispatcher, ControlPlaneOptions options, TimeProvider time)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>True from the order to stop.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Cancelled with the order to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Whoever orders it twice is in a hurry.
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
