using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Executors;
using Orleans.Hybrid.Runner.Loops;
using Orleans.Hybrid.Runner.Sealing;
using Orleans.Hybrid.Runner.State;
using Orleans.Hybrid.Runner.Supervision;
using Orleans.Hybrid.Runner.Zips;

namespace Orleans.Hybrid.Runner.Sessions;

/// <summary>Puts together what one session consists of.</summary>
internal sealed class SessionParts : IDisposable
{
    private readonly Session session;
    private readonly Surroundings around;

    public SessionParts(Session session, RunnerOptions options, Surroundings around, Retirement retirement, ZipCache zips, PayloadGate gate)
    {
        this.session = session;
        this.around = around;
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

    public ServiceManager Service => around.Service;

    public ExecutorHost OpenExecutors() => around.Executors.Open(Tools, around.Grains);

    public void Dispose() => Capacity.Dispose();

    public ClaimLoop Claims(Action<TaskOrder> execute, CancellationTokenSource drain) => new(
        around.Link,
        session,
        Capacity,
        Leases,
        execute,
        drain,
        around.Time,
        around.Chance,
        around.Loggers.CreateLogger<ClaimLoop>());

    public HeartbeatLoop Heartbeats(CancellationTokenSource drain) => new(
        around.Link,
        session,
        Leases,
        drain,
        around.Service,
        around.Meter,
        around.Time,
        around.Chance,
        around.Loggers.CreateLogger<HeartbeatLoop>());
}
