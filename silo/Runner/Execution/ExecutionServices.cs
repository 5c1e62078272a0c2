using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.Metrics;
using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Execution;

/// <summary>What every execution of one session works with.</summary>
internal sealed record ExecutionServices
{
    public required RunnerSession Session { get; init; }

    public required LeaseReleaser LeaseReleaser { get; init; }

    public required ISandboxFactory SandboxFactory { get; init; }

    public required ZipFetcher Zips { get; init; }

    public required ActiveLeases Leases { get; init; }

    public required LogShipper Logs { get; init; }

    public required ResultReporter Results { get; init; }

    public required SlotPool Slots { get; init; }

    public required PayloadDecryptor PayloadDecryptor { get; init; }

    /// <summary>Most wall time of a task, whatever its order says, in seconds.</summary>
    public int MaxTimeoutSeconds { get; init; } = int.MaxValue;

    public required RunnerMeter Meter { get; init; }

    public required TimeSpan StopGrace { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger<TaskExecution> Logger { get; init; }
}
