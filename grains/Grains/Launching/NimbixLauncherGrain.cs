using OrleansHybrid.AppDoor;
using OrleansHybrid.Domain.Launching;

namespace OrleansHybrid.Grains.Launching;

/// <summary>
/// Writes down what <see cref="LaunchMachine"/> decides before anybody hears of it: the ledger in one conditional write,
/// then the audit's records and the launches that have ended in their tables. What may be asked for, its own silo's policy says.
/// </summary>
[GrainType("nimbixlauncher")]
internal sealed partial class NimbixLauncherGrain(
    [PersistentState("launcher")] IPersistentState<LaunchLedger> state, ILaunchStore store, ILaunchIds ids, ILauncherPolicy policy)
    : Grain, INimbixLauncherControlGrain, INimbixLauncherGrain
{
    private string _account = "";
    private LedgerBook _book = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        _account = key.StartsWith(LauncherGrains.KeyPrefix, StringComparison.Ordinal)
            ? key[LauncherGrains.KeyPrefix.Length..]
            : throw new InvalidOperationException($"a launcher's key begins with {LauncherGrains.KeyPrefix}, and {key} does not");
        _book = new LedgerBook(_account, state, store, DeactivateOnIdle);
        return Task.CompletedTask;
    }

    public async Task<LaunchAnswer> Launch(VouchedLaunch launch)
    {
        var (request, refusal) = LaunchCheck.Read(policy.Rules, launch, ids.NewMarker(), await store.NowAsync(CancellationToken.None));
        return request is null ? refusal! : await DecideAsync(request);
    }

    public Task<bool> UseNonce(Nonce nonce) => _book.DecideAsync((ledger, now) => LaunchMachine.UseNonce(ledger, nonce, now));

    public async Task<LaunchView?> Cancel(string launchId, string? credentialId, LaunchOrigin origin)
    {
        var launch = await _book.DecideAsync((ledger, now) => LaunchMachine.Cancel(ledger, launchId, credentialId, origin, now));
        await _book.FlushAsync();
        if (launch is not null)
        {
            return launch;
        }

        var ended = await store.FindAsync(_account, launchId, CancellationToken.None);
        return credentialId is null || ended?.CredentialId == credentialId ? ended : null;
    }

    public async Task<LaunchView?> Find(string launchId) =>
        LaunchMachine.Find(_book.Ledger, launchId) ?? await store.FindAsync(_account, launchId, CancellationToken.None);

    public async Task Refused(IReadOnlyList<RefusedCalls> calls)
    {
        // What nobody can write down stays with those who have counted it.
        if (!await _book.FlushAsync())
        {
            throw new InvalidOperationException($"the audit of {_account} can't be written: tell it again later");
        }

        await _book.DecideAsync((ledger, now) => (LaunchMachine.Refused(ledger, calls, now), true));
        await _book.FlushAsync();
    }

    public async Task<LaunchOrders> TakeOrders(bool foreignJobsCount)
    {
        await _book.FlushAsync();
        var orders = await _book.DecideAsync((ledger, now) => LaunchMachine.TakeOrders(ledger, now, foreignJobsCount));
        await _book.FlushAsync();
        return orders;
    }

    public async Task Report(IReadOnlyList<LaunchReport> reports)
    {
        await _book.DecideAsync((ledger, now) => (reports.Aggregate(ledger, (so, report) => LaunchMachine.Report(so, report, now)), true));
        await _book.FlushAsync();
    }

    public async Task<LauncherSummary> Summarize()
    {
        await _book.FlushAsync();
        return LaunchMachine.Summarize(_book.Ledger, await store.NowAsync(CancellationToken.None));
    }

    private async Task<LaunchAnswer> DecideAsync(LaunchRequest request)
    {
        var id = ids.New();
        var answer = await _book.DecideAsync((ledger, now) => LaunchMachine.Launch(ledger, request, id, now));
        if (await _book.FlushAsync() || answer.Outcome != LaunchOutcome.Accepted)
        {
            return answer;
        }

        // Another activation may have found the audit again, and handed it out.
        var left = await _book.DecideAsync((ledger, now) =>
        {
            var after = LaunchMachine.Withdraw(ledger, id, now);
            return (after, LaunchMachine.Find(after, id));
        });
        return left is null ? new LaunchAnswer(LaunchOutcome.AuditAway) : answer with { Launch = left };
    }
}
