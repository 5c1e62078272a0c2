namespace OrleansHybrid.Runner;

/// <summary>How a runner is ended; each signal is stronger than the one before it.</summary>
public sealed record RunnerSignals
{
    /// <summary>Claim no more, finish what runs, leave.</summary>
    public CancellationToken Drain { get; init; }

    /// <summary>Stop what runs, hand its leases back without a loss, leave.</summary>
    public CancellationToken Requeue { get; init; }

    /// <summary>End as a crash would: what runs is killed, and nothing is reported.</summary>
    public CancellationToken Kill { get; init; }
}
