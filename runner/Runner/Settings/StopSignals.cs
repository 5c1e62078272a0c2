using System.Runtime.InteropServices;

namespace OrleansHybrid.Runner.Settings;

/// <summary>INT and TERM: the first drains, the second hands back, the third ends at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource[] stages = [new(), new(), new()];
    private readonly PosixSignalRegistration[] registrations;
    private int received;

    public StopSignals()
    {
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        ];
        Tokens = new RunnerSignals { Drain = stages[0].Token, HandBack = stages[1].Token, Kill = stages[2].Token };
    }

    public RunnerSignals Tokens { get; }

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        foreach (var stage in stages)
        {
            stage.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        var stage = Interlocked.Increment(ref received) - 1;
        if (stage < stages.Length)
        {
            stages[stage].Cancel();
        }
    }
}
