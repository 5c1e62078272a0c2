using Microsoft.Extensions.Logging;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Loops;
using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Supervision;
using OrleansHybrid.Runner.Zips;

namespace OrleansHybrid.Runner.Sessions;

/// <summary>Puts together what one session consists of.</summary>
internal sealed class SessionParts : IDisposable
{
    private readonly Session _session;
    private readonly Surroundings _around;

    public SessionParts(Session session, RunnerOptions options, Surroundings around, Retirement retirement, ZipCache zips, PayloadGate gate)
    {
        this._session = session;
        this._around = around;
        var (link, time, chance, loggers) = (around.Link, around.Time, around.Chance, around.Loggers);
        var spool = new ResultSpool(around.State);
        Leases = new Leases(time);
        Capacity = new Capacity(options.Slots, retirement, time, chance);
        Releases = new Releases(link, session, time, chance, loggers.CreateLogger<Releases>());
        Logs = new LogShipper(link, session, options.LogLimit, around.Meter, time, chance, loggers.CreateLogger<LogShipper>());
        Results = new ResultReporter(
            link, session, spool, Leases, time, chance, loggers.CreateLogger<ResultReporter>());
        Disks = new DiskLoop(
            around.State.Path, around.Sandboxes, options.MinFreeDisk, Capacity, time, loggers.CreateLogger<DiskLoop>());
        Tools = new ExecutionTools
        {
            Session = session,
            Sandboxes = around.Sandboxes,
            Zips = new ZipFetcher(
                zips, link, session, options.ZipUnpackedLimit, time, chance, loggers.CreateLogger<ZipFetcher>()),
            Leases = Leases,
            Logs = Logs,
            Results = Results,
            Releases = Releases,
            Capacity = Capacity,
            Gate = gate,
            MostSeconds = options.MaxTimeoutSeconds,
            Meter = around.Meter,
            StopGrace = options.StopGrace,
            Time = time,
            Logger = loggers.CreateLogger<TaskExecution>(),
        };
    }

    public Leases Leases { get; }

    public Capacity Capacity { get; }

    public Releases Releases { get; }

    public LogShipper Logs { get; }

    public ResultReporter Results { get; }

    public DiskLoop Disks { get; }

    public ExecutionTools Tools { get; }

    public ServiceManager Service => _around.Service;

    public ExecutorHost OpenExecutors() => _around.Executors.Open(Tools, _around.Grains);

    public void Dispose() => Capacity.Dispose();

    public ClaimLoop Claims(Action<TaskOrder> execute, CancellationTokenSource drain) => new(
        _around.Link,
        _session,
        Capacity,
        Leases,
        execute,
        drain,
        _around.Time,
        _around.Chance,
        _around.Loggers.CreateLogger<ClaimLoop>());

    public HeartbeatLoop Heartbeats(CancellationTokenSource drain) => new(
        _around.Link,
        _session,
        Leases,
        drain,
        _around.Service,
        _around.Meter,
        _around.Time,
        _around.Chance,
        _around.Loggers.CreateLogger<HeartbeatLoop>());
}
