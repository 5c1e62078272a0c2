using System.Runtime.InteropServices;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>INT and TERM: the first drains, the second releases the leases, the third ends at once.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource[] _stages = [new(), new(), new()];
    private readonly PosixSignalRegistration[] _registrations;
    private int _received;

    public ShutdownSignals()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        ];
        Tokens = new RunnerSignals { Drain = _stages[0].Token, Requeue = _stages[1].Token, Kill = _stages[2].Token };
    }

    public RunnerSignals Tokens { get; }

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
