using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace OrleansHybrid.Runner;

/// <summary>
/// INT and TERM: the first drains, the second releases the leases, the third ends at once. None of them stops the host, which ends after its
/// <see cref="RunnerWorker"/> has.
/// </summary>
internal sealed class RunnerLifetime : IHostLifetime, IDisposable
{
    private readonly CancellationTokenSource[] _stages = [new(), new(), new()];
    private readonly PosixSignalRegistration[] _registrations;
    private int _received;

    public RunnerLifetime()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        ];
        Signals = new RunnerSignals { Drain = _stages[0].Token, Requeue = _stages[1].Token, Kill = _stages[2].Token };
    }

    public RunnerSignals Signals { get; }

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        foreach (var stage in _stages)
        {
            stage.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        var stage = Interlocked.Increment(ref _received) - 1;
        if (stage < _stages.Length)
        {
            _stages[stage].Cancel();
        }
    }
}
