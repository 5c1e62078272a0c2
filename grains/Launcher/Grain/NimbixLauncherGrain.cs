using OrleansHybrid.Abstractions;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Grain;

/// <summary>
/// Persists what <see cref="LaunchStateMachine"/> decides before it returns: the ledger in one conditional write,
/// then the audit records and the ended launches in their tables. What may be launched is decided by its silo's policy.
/// </summary>
[GrainType("nimbixlauncher")]
internal sealed partial class NimbixLauncherGrain(
    [PersistentState("launcher")] IPersistentState<LaunchLedger> state, ILaunchStore store, IIdGenerator ids, ILauncherPolicy policy)
    : Orleans.Grain, INimbixLauncherControlGrain, INimbixLauncherGrain
{
    private string _account = "";
    private LedgerRepository _ledger = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        _account = key.StartsWith(LauncherGrainExtensions.KeyPrefix, StringComparison.Ordinal)
            ? key[LauncherGrainExtensions.KeyPrefix.Length..]
            : throw new InvalidOperationException($"a launcher's key begins with {LauncherGrainExtensions.KeyPrefix}, and {key} does not");
        _ledger = new LedgerRepository(_account, state, store, DeactivateOnIdle);
        return Task.CompletedTask;
    }

    public async Task<LaunchResult> Launch(AuthenticatedLaunch launch)
    {
        var (request, rejection) = LaunchRequestValidator.Validate(policy.Rules, launch, ids.NewMarker(), await store.NowAsync(CancellationToken.None));
        return request is null ? rejection! : await DecideAsync(request);
    }

    public Task<bool> UseNonce(Nonce nonce) => _ledger.DecideAsync((ledger, now) => LaunchStateMachine.UseNonce(ledger, nonce, now));

    public async Task<LaunchSnapshot?> Cancel(string launchId, string? credentialId, CallerAddress origin)
    {
        var launch = await _ledger.DecideAsync((ledger, now) => LaunchStateMachine.Cancel(ledger, launchId, credentialId, origin, now));
        await _ledger.FlushAsync();
        if (launch is not null)
        {
            return launch;
        }

        var ended = await store.FindAsync(_account, launchId, CancellationToken.None);
        return credentialId is null || ended?.CredentialId == credentialId ? ended : null;
    }

    public async Task<LaunchSnapshot?> Find(string launchId) =>
        LaunchStateMachine.Find(_ledger.Ledger, launchId) ?? await store.FindAsync(_account, launchId, CancellationToken.None);

    public async Task RecordRejectedCalls(RejectedCalls[] calls)
    {
        // Calls that could not be written stay with the silo that counted them.
        if (!await _ledger.FlushAsync())
        {
            throw new InvalidOperationException($"the audit log of {_account} can't be written: retry later");
        }

        await _ledger.DecideAsync((ledger, now) => (LaunchStateMachine.RecordRejectedCalls(ledger, calls, now), true));
        await _ledger.FlushAsync();
    }

    public async Task<ProviderCommandBatch> TakeCommands(bool foreignJobsCount)
    {
        await _ledger.FlushAsync();
        var commands = await _ledger.DecideAsync((ledger, now) => LaunchStateMachine.TakeCommands(ledger, now, foreignJobsCount));
        await _ledger.FlushAsync();
        return commands;
    }

    public async Task ReportResults(ProviderResult[] results)
    {
        await _ledger.DecideAsync((ledger, now) => (results.Aggregate(ledger, (so, report) => LaunchStateMachine.ApplyResult(so, report, now)), true));
        await _ledger.FlushAsync();
    }

    public async Task<LauncherSummary> Summarize()
    {
        await _ledger.FlushAsync();
        return LaunchStateMachine.Summarize(_ledger.Ledger, await store.NowAsync(CancellationToken.None));
    }

    private async Task<LaunchResult> DecideAsync(LaunchRequest request)
    {
        var id = ids.New();
        var answer = await _ledger.DecideAsync((ledger, now) => LaunchStateMachine.Launch(ledger, request, id, now));
        if (await _ledger.FlushAsync() || answer.Outcome != LaunchOutcome.Accepted)
        {
            return answer;
        }

        // Another activation may have written the audit, and submitted it.
        var left = await _ledger.DecideAsync((ledger, now) =>
        {
            var after = LaunchStateMachine.Withdraw(ledger, id, now);
            return (after, LaunchStateMachine.Find(after, id));
        });
        return left is null ? new LaunchResult(LaunchOutcome.AuditAway) : answer with { Launch = left };
    }
}
