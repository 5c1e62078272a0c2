using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>
/// The server's counterpart in memory: it decides with the real machine, one call at a time, as the grain does, and keeps
/// console texts. A test plays the provider through <see cref="Submit"/>, <see cref="Write"/> and <see cref="End"/>.
/// </summary>
internal sealed class FakeLauncher(TimeProvider time) : INimbixLauncherControlGrain, ILaunchConsoleStore
{
    private readonly Lock _turn = new();
    private readonly Dictionary<(string Id, int Attempt), byte[]> _texts = [];
    private LaunchLedger _ledger = LaunchLedger.Empty;
    private long _ids;

    /// <summary>Every request that came in.</summary>
    public List<AuthenticatedLaunch> Requests { get; } = [];

    /// <summary>The policy that requests are decided by.</summary>
    public Func<LaunchRules> Rules { get; set; } = () => throw new InvalidOperationException("this launcher has no policy");

    /// <summary>Refused calls that the audit was told of.</summary>
    public List<RejectedCalls> RefusedCalls { get; } = [];

    /// <summary>Thrown by every call while it is there.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Rung by each cancel.</summary>
    public TaskCompletionSource Cancelled { get; } = new();

    /// <summary>The factory that the silo asks for grains: it gives this one, whatever the key.</summary>
    public IGrainFactory Grains
    {
        get
        {
            var stub = Stub.Of<IGrainFactory>();
            stub.On("GetGrain", _ => this);
            return stub.Object;
        }
    }

    public Task<LaunchResult> Launch(AuthenticatedLaunch launch) => RunExclusive(() =>
    {
        Requests.Add(launch);
        var (request, refusal) = LaunchRequestValidator.Validate(Rules(), launch, $"{_ids + 1:x32}", time.GetUtcNow());
        if (request is null)
        {
            return refusal!;
        }

        (_ledger, var answer) = LaunchStateMachine.Launch(_ledger, request, $"{++_ids:x24}", time.GetUtcNow());
        return answer;
    });

    public Task<bool> UseNonce(Nonce nonce) => RunExclusive(() =>
    {
        (_ledger, var taken) = LaunchStateMachine.UseNonce(_ledger, nonce, time.GetUtcNow());
        return taken;
    });

    public Task<LaunchSnapshot?> Cancel(string launchId, string? credentialId, CallerAddress origin) => RunExclusive(() =>
    {
        (_ledger, var view) = LaunchStateMachine.Cancel(_ledger, launchId, credentialId, origin, time.GetUtcNow());
        Cancelled.TrySetResult();
        return view;
    });

    public Task<LaunchSnapshot?> Find(string launchId) => RunExclusive(() => LaunchStateMachine.Find(_ledger, launchId));

    public Task RecordRejectedCalls(RejectedCalls[] calls) => RunExclusive(() =>
    {
        RefusedCalls.AddRange(calls);
        return true;
    });

    public Task<ProviderCommandBatch> TakeCommands(bool foreignJobsCount) => RunExclusive(() =>
    {
        _ledger = LaunchStateMachine.MarkWritten(_ledger, long.MaxValue, []);
        (_ledger, var batch) = LaunchStateMachine.TakeCommands(_ledger, time.GetUtcNow(), foreignJobsCount);
        return batch;
    });

    public Task ReportResults(ProviderResult[] results) => RunExclusive(() =>
    {
        _ledger = results.Aggregate(_ledger, (ledger, report) => LaunchStateMachine.ApplyResult(ledger, report, time.GetUtcNow()));
        return true;
    });

    public Task<LauncherSummary> Summarize() => throw new NotSupportedException();

    public Task<bool> AppendAsync(string launchId, int attempt, long offset, byte[] text, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<byte[]> ReadAsync(string launchId, int attempt, long offset, int maxBytes, CancellationToken cancellationToken) => RunExclusive<byte[]>(() =>
        [.. _texts.GetValueOrDefault((launchId, attempt), []).Skip((int)offset).Take(maxBytes)]);

    /// <summary>The provider takes what is to be submitted, as jobs 1, 2, 3.</summary>
    public async Task Submit()
    {
        var submissions = (await TakeCommands(foreignJobsCount: false)).Commands.Where(command => command.Action == ProviderAction.Submit);
        await ReportResults([.. submissions.Select((command, at) => new ProviderResult
        {
            Action = ProviderAction.Submit,
            LaunchId = command.LaunchId,
            Attempt = command.Attempt,
            Jobs = [new JobRecord { Number = at + 1, State = ReportedJobState.Queued }],
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
        return ReportResults([new ProviderResult
        {
            Action = ProviderAction.Poll,
            LaunchId = id,
            Attempt = live.Attempt,
            Jobs = [new JobRecord { Number = live.JobNumber!.Value, State = ReportedJobState.Completed, StartedAt = time.GetUtcNow() }],
            OutputTail = $"hybrid-verdict {live.Request.Marker} {live.Request.CommitHash} {exitCode}",
        }]);
    }

    private Task<T> RunExclusive<T>(Func<T> does)
    {
        lock (_turn)
        {
            return Failure is null ? Task.FromResult(does()) : Task.FromException<T>(Failure);
        }
    }
}
