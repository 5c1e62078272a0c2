using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Launcher.Reconciliation;
using OrleansHybrid.Silo.Background;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Launcher.Reconciliation;

/// <summary>The reconciliation of launches by a silo that has a provider.</summary>
public sealed class LaunchReconcileLoopTests : IClassFixture<LauncherSiloFixture>
{
    private readonly LauncherSiloFixture _silo;
    private readonly string _account;
    private readonly FakeLaunchProvider _provider = new();

    public LaunchReconcileLoopTests(LauncherSiloFixture silo)
    {
        this._silo = silo;
        silo.ResetPolicy();
        _account = silo.NewAccount();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_launch_is_submitted_followed_and_ended_with_all_its_text()
    {
        var (launch, rounds) = (await LaunchAsync(1), _silo.NewReconcileLoop(_account, _provider));
        await rounds.RunOnceAsync(default);
        await MoveAsync(rounds, job => job.Run(_silo.Now));
        Assert.Equal(LaunchPhase.Running, (await FindAsync(launch)).Phase);
        await MoveAsync(rounds, job => job.Text = "one\ntwo\nhal");
        Assert.Equal("one\ntwo\n", await TextAsync(launch));
        await MoveAsync(rounds, job => job.End(3, "f\n"));

        var ended = await FindAsync(launch);
        Assert.Equal((LaunchVerdict.Failed, 3), (ended.Verdict, ended.ExitCode));
        Assert.Equal($"one\ntwo\nhalf\n{_provider.Jobs[0].Verdict(3)}\n", await TextAsync(launch));
        Assert.Equal("key 1", Assert.Single(
            await _silo.Store.ReadAuditAsync(_account, 0, 10, default), record => record.Event == AuditEvent.Submitted).KeyGeneration);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sweep_that_starts_anew_goes_on_with_the_text_where_the_last_one_was()
    {
        var launch = await LaunchAsync(1);
        await _silo.NewReconcileLoop(_account, _provider).RunOnceAsync(default);
        await MoveAsync(_silo.NewReconcileLoop(_account, _provider), job => job.Run(_silo.Now));
        await MoveAsync(_silo.NewReconcileLoop(_account, _provider), job => job.Text = "one\ntwo\n");
        await MoveAsync(_silo.NewReconcileLoop(_account, _provider), job => job.Text += "three\n");
        await MoveAsync(_silo.NewReconcileLoop(_account, _provider), job => job.End(0));

        Assert.Equal($"one\ntwo\nthree\n{_provider.Jobs[0].Verdict(0)}\n", await TextAsync(launch));
        Assert.Equal(LaunchVerdict.Passed, (await FindAsync(launch)).Verdict);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_text_that_ends_without_a_verdict_is_read_until_two_reads_see_the_same()
    {
        var (launch, rounds) = (await LaunchAsync(1), _silo.NewReconcileLoop(_account, _provider));
        await rounds.RunOnceAsync(default);
        await MoveAsync(rounds, job => job.Run(_silo.Now));
        await MoveAsync(rounds, job => (job.State, job.Text) = (ReportedJobState.Completed, "one\n"));
        await MoveAsync(rounds, job => job.Text += "two\n");
        Assert.Equal(LaunchPhase.Running, (await FindAsync(launch)).Phase);
        await MoveAsync(rounds, job => job.Text += $"{job.Verdict(0)}\n");

        Assert.Equal(LaunchVerdict.Passed, (await FindAsync(launch)).Verdict);
    }

    [Fact(Timeout = 60_000)]
    public async Task More_than_three_jobs_are_polled_with_one_list()
    {
        _silo.Policy.Change(terms => terms with { Caps = new LaunchQuota(4) });
        for (var commit = 0; commit < 4; commit++)
        {
            Assert.NotNull(await LaunchAsync(commit));
        }

        var rounds = _silo.NewReconcileLoop(_account, _provider);
        await rounds.RunOnceAsync(default);
        var before = _provider.Calls[ProviderCall.Jobs];
        await MoveAsync(rounds, job => job.Run(_silo.Now));

        Assert.Equal((before + 1, false), (_provider.Calls[ProviderCall.Jobs], _provider.Calls.ContainsKey(ProviderCall.Status)));
        await MoveAsync(rounds, job => job.End(0));
        Assert.Equal((before + 2, 4), (_provider.Calls[ProviderCall.Jobs], _provider.Calls[ProviderCall.Status]));
        Assert.Empty((await _silo.Launcher(_account).Summarize()).Live);
    }

    [Fact(Timeout = 60_000)]
    public async Task Lost_replies_to_submissions_make_no_second_job()
    {
        var rounds = _silo.NewReconcileLoop(_account, _provider);
        _provider.LosesReplies = true;
        for (var commit = 0; commit < 3; commit++)
        {
            await LaunchAsync(commit);
        }

        for (var round = 0; round < 5; round++)
        {
            await MoveAsync(rounds, _ => { });
        }

        Assert.Equal((3, 3), (_provider.Jobs.Count, _provider.Peak));
        var live = (await _silo.Launcher(_account).Summarize()).Live;
        Assert.Equal(_provider.Jobs.Select(job => (long?)job.Number), live.Select(launch => launch.JobNumber).Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task Jobs_that_others_start_on_the_account_count_where_the_policy_says_so_and_are_left_alone()
    {
        _silo.Policy.Change(terms => terms with { Caps = new LaunchQuota(2, ForeignJobs: true) });
        var (launcher, rounds) = (_silo.Launcher(_account), _silo.NewReconcileLoop(_account, _provider));
        async Task<LaunchOutcome> AskAsync(int commit) => (await launcher.Launch(TestLaunchRequests.For(commit))).Outcome;
        await _provider.SubmitAsync(new ProviderJob("nightly", "i", "s", "m", 1, TimeSpan.FromHours(1)), default);
        Assert.Equal(LaunchOutcome.ProviderAway, await AskAsync(1));
        await rounds.RunOnceAsync(default);

        Assert.Equal((LaunchOutcome.Accepted, LaunchOutcome.CapReached), (await AskAsync(1), await AskAsync(2)));
        await MoveAsync(rounds, _ => { });
        Assert.Equal((1, 2), ((await launcher.Summarize()).ForeignJobs, _provider.Living.Count()));
        Assert.Equal(LaunchOutcome.CapReached, await AskAsync(2));

        await MoveAsync(rounds, job => job.State = job.Label == "nightly" ? ReportedJobState.Completed : job.State);
        Assert.Equal(LaunchOutcome.Accepted, await AskAsync(2));
        Assert.False(_provider.Calls.ContainsKey(ProviderCall.Terminate));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(ProviderErrorKind.Busy)]
    [InlineData(ProviderErrorKind.Unreachable)]
    public async Task A_provider_that_can_not_be_reached_at_the_deadline_is_asked_until_the_job_is_over(ProviderErrorKind trouble)
    {
        var (launch, rounds) = (await LaunchAsync(1), _silo.NewReconcileLoop(_account, _provider));
        await rounds.RunOnceAsync(default);
        await MoveAsync(rounds, job => job.Run(_silo.Now));
        _silo.Now += TimeSpan.FromMinutes(40);
        _provider.FailWith = _ => trouble;
        for (var round = 0; round < 20; round++)
        {
            await MoveAsync(rounds, _ => { });
        }

        Assert.Equal(LaunchPhase.Stopping, (await FindAsync(launch)).Phase);
        _provider.FailWith = _ => null;
        for (var round = 0; round < 4; round++)
        {
            await MoveAsync(rounds, _ => { });
        }

        Assert.Equal(LaunchVerdict.TimedOut, (await FindAsync(launch)).Verdict);
        Assert.Empty(_provider.Living);
    }

    [Fact(Timeout = 60_000)]
    public async Task Results_not_reported_while_the_database_was_away_are_reported_next_time()
    {
        var (launch, rounds) = (await LaunchAsync(1), _silo.NewReconcileLoop(_account, _provider));
        var away = false;
        _silo.OnStep = step =>
        {
            away |= step == "before SubmitAsync";
            if (away && step == "before WriteAsync")
            {
                throw new TimeoutException("the database is away");
            }
        };
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(() => rounds.RunOnceAsync(default));
        }
        finally
        {
            _silo.OnStep = _ => { };
        }

        await rounds.RunOnceAsync(default);
        Assert.Equal(100, (await FindAsync(launch)).JobNumber);
        Assert.Equal(1, _provider.Calls[ProviderCall.Submit]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_launch_on_this_silo_ends_the_wait_of_the_loop()
    {
        var (time, alarm) = (new ManualTimeProvider(), new LaunchWakeSignal());
        using var sweep = new LaunchReconciler(_silo.NewReconcileLoop(_account, _provider), alarm, time, NullLogger<LaunchReconciler>.Instance);
        var resting = time.WaitForTimerAsync(rest => rest == TimeSpan.FromSeconds(5));
        await sweep.StartAsync(default);
        await resting;

        var launch = await LaunchAsync(1);
        alarm.Signal();

        Assert.Equal($"hybrid:{launch.Id[^8..]}:{launch.Id}:a1", await _provider.Submitted.Reader.ReadAsync());
        await sweep.StopAsync(default);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_silo_that_is_given_an_account_carries_out_its_launches()
    {
        await using var whole = await TestSilo.StartAsync(configure: builder => builder.Services
            .AddSingleton<ILaunchProvider>(_provider)
            .AddSingleton<ILauncherPolicy>(_silo.Policy)
            .AddLaunchReconcileLoop(_ => new LauncherAccount(_account, () => "key 1", () => false), _ => () => _silo.Policy.Now)
            .AddHostedService<LaunchReconciler>());
        var launcher = whole.Get<IGrainFactory>().GetLauncher(_account);
        var launch = (await launcher.Launch(TestLaunchRequests.For(1))).Launch!;
        whole.Get<LaunchWakeSignal>().Signal();

        Assert.Equal($"hybrid:{launch.Id[^8..]}:{launch.Id}:a1", await _provider.Submitted.Reader.ReadAsync());
    }

    private async Task<LaunchSnapshot> LaunchAsync(int commit) => (await _silo.Launcher(_account).Launch(TestLaunchRequests.For(commit))).Launch!;

    private async Task<LaunchSnapshot> FindAsync(LaunchSnapshot launch) => (await _silo.Launcher(_account).Find(launch.Id))!;

    private async Task<string> TextAsync(LaunchSnapshot launch) =>
        Encoding.UTF8.GetString(await _silo.Silo.Get<ILaunchConsoleStore>().ReadAsync(launch.Id, 1, 0, 10_000, default));

    // Jobs move on, some time passes, and the next round sees it.
    private async Task MoveAsync(LaunchReconcileLoop rounds, Action<FakeLaunchJob> move)
    {
        foreach (var job in _provider.Jobs)
        {
            move(job);
        }

        _silo.Now += TimeSpan.FromSeconds(31);
        await rounds.RunOnceAsync(default);
    }
}
