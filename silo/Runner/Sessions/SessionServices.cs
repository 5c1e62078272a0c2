using Microsoft.Extensions.Logging;
using OrleansHybrid.Contracts.RunnerProtocol;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Systemd;
using OrleansHybrid.Runner.Workers;

namespace OrleansHybrid.Runner.Sessions;

/// <summary>Puts together what one session consists of.</summary>
internal sealed class SessionServices : IDisposable
{
    private readonly RunnerSession _session;
    private readonly RunnerServices _services;

    public SessionServices(RunnerSession session, RunnerOptions options, RunnerServices services, LifetimeMonitor lifetime, ZipCache zips, PayloadDecryptor payloadDecryptor)
    {
        this._session = session;
        this._services = services;
        var (link, time, random, loggers) = (services.ControlPlane, services.Time, services.Random, services.LoggerFactory);
        var spool = new ResultSpool(services.State);
        Leases = new ActiveLeases(time);
        Slots = new SlotPool(options.Slots, lifetime, time, random);
        LeaseReleaser = new LeaseReleaser(link, session, time, random, loggers.CreateLogger<LeaseReleaser>());
        Logs = new LogShipper(link, session, options.LogLimit, services.Meter, time, random, loggers.CreateLogger<LogShipper>());
        Results = new ResultReporter(
            link, session, spool, Leases, time, random, loggers.CreateLogger<ResultReporter>());
        DiskSpaceMonitor = new DiskSpaceMonitor(
            services.State.Path, services.SandboxFactory, options.MinFreeDisk, Slots, time, loggers.CreateLogger<DiskSpaceMonitor>());
        ExecutionServices = new ExecutionServices
        {
            Session = session,
            SandboxFactory = services.SandboxFactory,
            Zips = new ZipFetcher(
                zips, link, session, options.ZipUnpackedLimit, time, random, loggers.CreateLogger<ZipFetcher>()),
            Leases = Leases,
            Logs = Logs,
            Results = Results,
            LeaseReleaser = LeaseReleaser,
            Slots = Slots,
            PayloadDecryptor = payloadDecryptor,
            MaxTimeoutSeconds = options.MaxTimeoutSeconds,
            Meter = services.Meter,
            StopGrace = options.StopGrace,
            Time = time,
            Logger = loggers.CreateLogger<TaskExecution>(),
        };
    }

    public ActiveLeases Leases { get; }

    public SlotPool Slots { get; }

    public LeaseReleaser LeaseReleaser { get; }

    public LogShipper Logs { get; }

    public ResultReporter Results { get; }

    public DiskSpaceMonitor DiskSpaceMonitor { get; }

    public ExecutionServices ExecutionServices { get; }

    public SystemdNotifier SystemdNotifier => _services.SystemdNotifier;

    public ExecutorDispatcher OpenExecutors() => _services.Executors.Open(ExecutionServices, _services.GrainFactory);

    public void Dispose() => Slots.Dispose();

    public ClaimLoop CreateClaimLoop(Action<TaskAssignment> execute, CancellationTokenSource drain) => new(
        _services.ControlPlane,
        _session,
        Slots,
        Leases,
        execute,
        drain,
        _services.Time,
        _services.Random,
        _services.LoggerFactory.CreateLogger<ClaimLoop>());

    public HeartbeatLoop CreateHeartbeatLoop(CancellationTokenSource drain) => new(
        _services.ControlPlane,
        _session,
        Leases,
        drain,
        _services.SystemdNotifier,
        _services.Meter,
        _services.Time,
        _services.Random,
        _services.LoggerFactory.CreateLogger<HeartbeatLoop>());
}
