using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Nimbix.Door;

/// <summary>
/// The door's counterpart in memory: it decides with the real machine, one call at a time, as the grain does, and keeps
/// console texts. A test plays the provider through <see cref="Submit"/>, <see cref="Write"/> and <see cref="End"/>.
/// </summary>
internal sealed class HonestLauncher(TimeProvider time) : INimbixLauncherControlGrain, ILaunchTexts
{
    private readonly Lock _turn = new();
    private readonly Dictionary<(string Id, int Attempt), byte[]> _texts = [];
    private LaunchLedger _ledger = LaunchLedger.Empty;
    private long _ids;

    /// <summary>Every request that came in.</summary>
    public List<VouchedLaunch> Requests { get; } = [];

    /// <summary>The policy that requests are decided by.</summary>
    public Func<LaunchRules> Rules { get; set; } = () => throw new InvalidOperationException("this launcher has no policy");

    /// <summary>Refused calls that the audit was told of.</summary>
    public List<RefusedCalls> RefusedCalls { get; } = [];

    /// <summary>Thrown by every call while it is there.</summary>
    public Exception? Trouble { get; set; }

    /// <summary>Rung by each cancel.</summary>
    public TaskCompletionSource Cancelled { get; } = new();

    /// <summary>What the silo asks for grains: this one, whatever the key.</summary>
    public IGrainFactory Grains
    {
        get
        {
            var stub = Stub.Of<IGrainFactory>();
            stub.On("GetGrain", _ => this);
            return stub.Object;
        }
    }

    public Task<LaunchAnswer> Launch(VouchedLaunch launch) => InTurn(() =>
    {
        Requests.Add(launch);
        var (request, refusal) = LaunchCheck.Read(Rules(), launch, $"{_ids + 1:x32}", time.GetUtcNow());
        if (request is null)
        {
            return refusal!;
        }

        (_ledger, var answer) = LaunchMachine.Launch(_ledger, request, $"{++_ids:x24}", time.GetUtcNow());
        return answer;
    });

    public Task<bool> UseNonce(Nonce nonce) => InTurn(() =>
    {
        (_ledger, var taken) = LaunchMachine.UseNonce(_ledger, nonce, time.GetUtcNow());
        return taken;
    });

    public Task<LaunchView?> Cancel(string launchId, string? credentialId, LaunchOrigin origin) => InTurn(() =>
    {
        (_ledger, var view) = LaunchMachine.Cancel(_ledger, launchId, credentialId, origin, time.GetUtcNow());
        Cancelled.TrySetResult();
        return view;
    });

    public Task<LaunchView?> Find(string launchId) => InTurn(() => LaunchMachine.Find(_ledger, launchId));

    public Task Refused(IReadOnlyList<RefusedCalls> calls) => InTurn(() =>
    {
        RefusedCalls.AddRange(calls);
        return true;
    });

    public Task<LaunchOrders> TakeOrders(bool foreignJobsCount) => InTurn(() =>
    {
        _ledger = LaunchMachine.Written(_ledger, long.MaxValue, []);
        (_ledger, var orders) = LaunchMachine.TakeOrders(_ledger, time.GetUtcNow(), foreignJobsCount);
        return orders;
    });

    public Task Report(IReadOnlyList<LaunchReport> reports) => InTurn(() =>
    {
        _ledger = reports.Aggregate(_ledger, (ledger, report) => LaunchMachine.Report(ledger, report, time.GetUtcNow()));
        return true;
    });

    public Task<LauncherSummary> Summarize() => throw new NotSupportedException();

    public Task<bool> AppendAsync(string launchId, int attempt, long offset, byte[] text, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<byte[]> ReadAsync(string launchId, int attempt, long offset, int most, CancellationToken cancellationToken) => InTurn<byte[]>(() =>
        [.. _texts.GetValueOrDefault((launchId, attempt), []).Skip((int)offset).Take(most)]);

    /// <summary>The provider takes what is to be submitted, as jobs 1, 2, 3.</summary>
    public async Task Submit()
    {
        var orders = (await TakeOrders(foreignJobsCount: false)).Orders.Where(order => order.Act == LaunchAct.Submit);
        await Report([.. orders.Select((order, at) => new LaunchReport
        {
            Act = LaunchAct.Submit,
            LaunchId = order.LaunchId,
            Attempt = order.Attempt,
            Jobs = [new JobRecord { Number = at + 1, State = JobState.Queued }],
        })]);
    }

    /// <summary>A launch's job writes.</summary>
    public void Write(string id, byte[] text, int attempt = 1)
    {
        lock (_turn)
        {
            _texts[(id, attempt)] = [.. _texts.GetValueOrDefault((id, attempt), []), .. text];
        }
    }

    /// <summary>A launch's job is over, and its script said so.</summary>
    public Task End(string id, int exitCode)
    {
        var live = _ledger.Live.Single(launch => launch.Id == id);
        return Report([new LaunchReport
        {
            Act = LaunchAct.Look,
            LaunchId = id,
            Attempt = live.Attempt,
            Jobs = [new JobRecord { Number = live.JobNumber!.Value, State = JobState.Completed, StartedAt = time.GetUtcNow() }],
            LastWords = $"hybrid-verdict {live.Request.Marker} {live.Request.CommitHash} {exitCode}",
        }]);
    }

    private Task<T> InTurn<T>(Func<T> does)
    {
        lock (_turn)
        {
            return Trouble is null ? Task.FromResult(does()) : Task.FromException<T>(Trouble);
        }
    }
}
