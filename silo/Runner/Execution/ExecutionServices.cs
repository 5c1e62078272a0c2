using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Telemetry;

namespace OrleansHybrid.Runner.Execution;

/// <summary>What every execution of one session works with.</summary>
internal sealed record ExecutionServices(
    RunnerSession Session,
    IRunnerAgentGrain Agent,
    RunnerOptions Options,
    ISandboxFactory SandboxFactory,
    ZipFetcher Zips,
    ActiveLeases Leases,
    LeaseReleaser LeaseReleaser,
    LogShipper Logs,
    ResultReporter Results,
    SlotPool Slots,
    PayloadDecryptor PayloadDecryptor,
    RunnerMeter Meter,
    TimeProvider Time,
    ILogger<TaskExecution> Logger);
