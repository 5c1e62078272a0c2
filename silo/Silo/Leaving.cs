using OrleansHybrid.Silo.Edge;

namespace OrleansHybrid.Silo;

/// <summary>
/// The first step of a stop, while everything still serves: /readyz refuses, polls are answered, each answer closes its
/// connection, so that whoever comes next is led to another silo before this one stops to listen.
/// </summary>
internal sealed class Leaving(PollEdge edge, ControlPlaneOptions options, TimeProvider time)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _begun = new();

    /// <summary>True from the order to stop.</summary>
    public bool HasBegun => _begun.IsCancellationRequested;

    /// <summary>Cancelled with the order to stop.</summary>
    public CancellationToken Begun => _begun.Token;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Whoever orders it twice is in a hurry.
        if (HasBegun)
        {
            return;
        }

        await _begun.CancelAsync();
        edge.Close();
        if (options.LeaveTime > TimeSpan.Zero)
        {
            await Task.Delay(options.LeaveTime, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _begun.Dispose();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
