using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Stores.GrainState;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>
/// The launcher's grain over its state and tables: many callers at once, a second activation, an audit that is away.
/// </summary>
public sealed class NimbixLauncherGrainTests : IClassFixture<LauncherSiloFixture>
{
    private readonly LauncherSiloFixture _silo;
    private readonly string _account;
    private readonly FakeLaunchProvider _provider = new();

    public NimbixLauncherGrainTests(LauncherSiloFixture silo)
    {
        this._silo = silo;
        silo.ResetPolicy();
        _account = silo.NewAccount();
    }

    [Fact(Timeout = 120_000)]
    public async Task Of_two_hundred_calls_at_once_as_many_are_launched_as_may_live()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(commit => _silo.Launcher(_account).Launch(TestLaunchRequests.For(commit))));
        var rounds = _silo.NewReconcileLoop(_account, _provider);
        await rounds.RunOnceAsync(default);
        await rounds.RunOnceAsync(default);

        Assert.Equal(3, answers.Count(answer => answer.Outcome == LaunchOutcome.Accepted));
        Assert.Equal(197, answers.Count(answer => answer.Outcome == LaunchOutcome.CapReached));
        Assert.Equal((3, 3), (_provider.Peak, _provider.Jobs.Count));
        await SoundAsync(records: 203);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hundred_times_the_same_request_at_once_is_one_launch_and_one_job()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _silo.Launcher(_account).Launch(TestLaunchRequests.For(1))));
        await _silo.NewReconcileLoop(_account, _provider).RunOnceAsync(default);

        Assert.Single(answers, answer => answer.Outcome == LaunchOutcome.Accepted);
        Assert.Single(answers.Select(answer => answer.Launch!.Id).Distinct());
        Assert.Single(_provider.Jobs);
    }

    [Fact(Timeout = 120_000)]
    public async Task Two_activations_at_once_decide_as_if_they_were_one()
    {
        var other = new LauncherSiloFixture(_silo);
        await other.InitializeAsync();
        try
        {
            var calls = Enumerable.Range(0, 60).Select(index => (index % 2 == 0 ? _silo : other).Launcher(_account).Launch(
                TestLaunchRequests.For(index) with { Nonce = TestLaunchRequests.Nonce(index / 2, _silo.Now) }));
            var answers = await Task.WhenAll(calls);
            await Task.WhenAll(new[] { _silo, other }.Select(one => one.NewReconcileLoop(_account, _provider).RunOnceAsync(default)));

            Assert.Equal(3, answers.Count(answer => answer.Outcome == LaunchOutcome.Accepted));
            Assert.Equal(30, answers.Count(answer => answer.Outcome == LaunchOutcome.NonceUsed));
            Assert.Equal(3, _provider.Jobs.Count);
            Assert.All(_provider.Jobs.GroupBy(job => job.Label), jobs => Assert.Single(jobs));
            await SoundAsync(records: 63);
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Decisions_hold_in_the_next_activation()
    {
        var first = await _silo.Launcher(_account).Launch(TestLaunchRequests.For(1) with { Nonce = TestLaunchRequests.Nonce(1, _silo.Now) });
        var next = new LauncherSiloFixture(_silo);
        await next.InitializeAsync();
        try
        {
            var launcher = next.Launcher(_account);

            Assert.Equal(new LaunchResult(LaunchOutcome.Duplicate, first.Launch), await launcher.Launch(TestLaunchRequests.For(1)));
            Assert.False(await launcher.UseNonce(TestLaunchRequests.Nonce(1, _silo.Now)));
            Assert.True(await launcher.UseNonce(TestLaunchRequests.Nonce(2, _silo.Now)));
            Assert.Equal(first.Launch, await launcher.Find(first.Launch!.Id));
            var told = await launcher.Summarize();
            Assert.Equal((1.00m, 1.00m, 2), (told.Today, told.ThisMonth, told.Nonces));
        }
        finally
        {
            await next.DisposeAsync();
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_state_that_can_not_be_written_is_reported_as_a_database_error_and_nothing_is_launched()
    {
        _silo.OnStep = step =>
        {
            if (step == "before WriteAsync")
            {
                throw new StoreUnavailableException("the database is away", new TimeoutException());
            }
        };
        try
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => _silo.Launcher(_account).Launch(TestLaunchRequests.For(1)));
        }
        finally
        {
            _silo.OnStep = _ => { };
        }

        Assert.Empty((await _silo.Launcher(_account).Summarize()).Live);
        Assert.Equal(LaunchOutcome.Accepted, (await _silo.Launcher(_account).Launch(TestLaunchRequests.For(1))).Outcome);
        await SoundAsync(records: 1);
    }

    [Fact(Timeout = 120_000)]
    public async Task While_the_audit_can_not_be_written_nothing_is_launched_and_what_lives_is_still_stopped()
    {
        var launcher = _silo.Launcher(_account);
        var rounds = _silo.NewReconcileLoop(_account, _provider);
        var refused = new RejectedCalls(TestLaunchRequests.Origin, "ci", "secret", 7, _silo.Now, _silo.Now);
        var before = (await launcher.Launch(TestLaunchRequests.For(1))).Launch!;
        await rounds.RunOnceAsync(default);
        _silo.AuditUnavailable = true;
        try
        {
            Assert.Equal(LaunchOutcome.AuditAway, (await launcher.Launch(TestLaunchRequests.For(2))).Outcome);
            await Assert.ThrowsAnyAsync<Exception>(() => launcher.RecordRejectedCalls([refused]));
            Assert.Equal(LaunchPhase.Stopping, (await launcher.Cancel(before.Id, "ci", TestLaunchRequests.Origin))!.Phase);
            await rounds.RunOnceAsync(default);

            Assert.Equal([ReportedJobState.Terminated], _provider.Jobs.Select(job => job.State));
            Assert.Equal(before.Id, Assert.Single((await launcher.Summarize()).Live).Id);
        }
        finally
        {
            _silo.AuditUnavailable = false;
        }

        await launcher.RecordRejectedCalls([refused]);
        Assert.Equal(LaunchOutcome.Accepted, (await launcher.Launch(TestLaunchRequests.For(2))).Outcome);
        var audit = await SoundAsync();
        Assert.Equal(7, Assert.Single(audit, record => record.Event == AuditEvent.Refused).Count);
        Assert.Single(audit, record => record.Reason == "withdrawn");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_launcher_whose_audit_somebody_else_has_written_launches_nothing()
    {
        var stranger = AuditChain.Link(
            new AuditHead(0, AuditChain.GenesisHash), new AuditRecord { Sequence = 0, At = _silo.Now, Event = AuditEvent.Orphan });
        await _silo.Store.AppendAuditAsync(_account, [stranger], default);

        Assert.Equal(LaunchOutcome.AuditAway, (await _silo.Launcher(_account).Launch(TestLaunchRequests.For(1))).Outcome);
        await _silo.NewReconcileLoop(_account, _provider).RunOnceAsync(default);
        Assert.Empty(_provider.Jobs);
    }

    [Fact(Timeout = 120_000)]
    public async Task Launches_that_have_ended_are_found_in_the_table_and_leave_the_state_as_small_as_it_was()
    {
        var (launcher, sizes) = (_silo.Launcher(_account), new List<int>());
        var ids = new List<string>();
        for (var commit = 0; commit < 120; commit++)
        {
            ids.Add((await launcher.Launch(TestLaunchRequests.For(commit))).Launch!.Id);
            await launcher.Cancel(ids[^1], "ci", TestLaunchRequests.Origin);
            if (commit % 20 == 19)
            {
                sizes.Add((await _silo.Silo.Get<IGrainStateStore>().ReadAsync("launcher", $"launcher/{_account}", default))!.State!.Length);
            }
        }

        Assert.InRange(sizes.Max() - sizes.Min(), 0, 50);
        Assert.Equal(LaunchVerdict.Cancelled, (await launcher.Find(ids[0]))!.Verdict);
        Assert.Equal(LaunchVerdict.Cancelled, (await launcher.Cancel(ids[0], "ci", TestLaunchRequests.Origin))!.Verdict);
        Assert.Null(await launcher.Cancel(ids[0], "other", TestLaunchRequests.Origin));
        Assert.Null(await launcher.Find(_silo.Silo.Get<IdGenerator>().New()));
        var listed = await _silo.Store.ListAsync(_account, null, 50, default);
        Assert.Equal(ids.Order().TakeLast(50).Reverse(), listed.Select(launch => launch.Id));
        await SoundAsync(records: 360);
    }

    // Every record is in the table, none twice, and each follows on the one before.
    private async Task<IReadOnlyList<AuditRecord>> SoundAsync(int? records = null)
    {
        var audit = await _silo.Store.ReadAuditAsync(_account, 0, 10_000, default);
        Assert.Null(AuditChain.FindFirstBroken(audit));
        Assert.Equal(records ?? (await _silo.Launcher(_account).Summarize()).AuditRecords, audit.Count);
        return audit;
    }
}
