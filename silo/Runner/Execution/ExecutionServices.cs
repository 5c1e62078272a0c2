using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Telemetry;

namespace OrleansHybrid.Runner.Execution;

/// <summary>The services that every execution of one session uses.</summary>
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
