using System.Text.Json;
using OrleansHybrid.Launcher.Domain;
using static OrleansHybrid.Launcher.Tests.Domain.LaunchExamples;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>A launch from its submission to its verdict, with a provider that is slow, deaf, forgetful or dishonest.</summary>
public sealed class LaunchStateMachineTests
{
    private const string Said = "hybrid-verdict marker 0f3c9d ";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(6);

    private readonly FakeProvider _provider = new();
    private LaunchLedger _ledger;
    private DateTimeOffset _now = Start;

    public LaunchStateMachineTests() => _ledger = Written(LaunchStateMachine.Launch(LaunchLedger.Empty, FirstRequest, Id(1), Start).Ledger);

    [Theory]
    [InlineData(ReportedJobState.Completed, Said + "0\n", LaunchVerdict.Passed, 0)]
    [InlineData(ReportedJobState.Completed, "all tests passed\n\n" + Said + "0\r\n\n", LaunchVerdict.Passed, 0)]
    [InlineData(ReportedJobState.Failed, Said + "3", LaunchVerdict.Failed, 3)]
    [InlineData(ReportedJobState.Canceled, Said + "0 ", LaunchVerdict.Passed, 0)]
    [InlineData(ReportedJobState.Completed, Said + "1", LaunchVerdict.Failed, 1)]
    public void The_marker_in_the_scripts_last_line_is_the_verdict(ReportedJobState state, string words, LaunchVerdict verdict, int code)
    {
        var launch = EndsAs(state, words);

        Assert.Equal((verdict, code, LaunchPhase.Ended), (launch.Verdict, launch.ExitCode, launch.Phase));
        Assert.Equal(0.25m, launch.Cost);
        Assert.Equal((0.25m, 0.25m), Spending.Now(_ledger, _now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("passed\n")]
    [InlineData(Said + "0\nand then it was cut off")]
    [InlineData(Said + "-1")]
    [InlineData(Said + "256")]
    [InlineData("hybrid-verdict other 0f3c9d 0")]
    [InlineData("hybrid-verdict marker 0f3c9e 0")]
    public void Without_that_line_no_state_of_the_provider_is_a_pass_and_it_is_tried_once_more_in_the_time_that_is_left(string words)
    {
        Begin();
        _now += TimeSpan.FromMinutes(10);
        End(ReportedJobState.Completed, words);

        var second = Assert.Single(_provider.Living);
        Assert.Equal(LabelOf(1, attempt: 2), second.Label);
        Assert.Equal(TimeSpan.FromMinutes(30), second.Limit);
        Assert.Equal(1.00m, Spending.Now(_ledger, _now).Today);
        second.Run(_now);
        Look();
        _now += TimeSpan.FromMinutes(10);
        End(ReportedJobState.Completed, words);

        var launch = Assert.Single(_ledger.Ended);
        Assert.Equal((LaunchVerdict.Trouble, 2, 0.50m), (launch.Verdict, launch.Attempt, launch.Cost));
    }

    [Fact]
    public void A_job_that_outlives_its_limit_is_asked_to_end_then_terminated_and_polled_until_it_is_over()
    {
        Begin();
        var job = Assert.Single(_provider.Living);
        job.Listens = false;
        _now += TimeSpan.FromMinutes(40);

        Assert.Equal(ProviderAction.Shutdown, Assert.Single(Take()).Action);
        _now += TimeSpan.FromSeconds(59);
        Assert.Equal(ProviderAction.Shutdown, Assert.Single(Take()).Action);
        _now += TimeSpan.FromSeconds(6);
        Assert.Equal(ProviderAction.Terminate, Assert.Single(Take()).Action);
        _now += TimeSpan.FromSeconds(6);
        Look();

        var launch = Assert.Single(_ledger.Ended);
        Assert.Equal((LaunchVerdict.TimedOut, ReportedJobState.Terminated), (launch.Verdict, job.State));
    }

    [Fact]
    public void A_job_that_waits_too_long_is_terminated_and_its_wait_is_no_running_time()
    {
        Look();
        _now += TimeSpan.FromMinutes(59);
        Look();
        Assert.True(Assert.Single(_provider.Jobs).IsLiving);
        _now += TimeSpan.FromMinutes(1);

        Assert.Equal(ProviderAction.Terminate, Take().First(command => command.LaunchId.Length > 0).Action);
        _now += TimeSpan.FromSeconds(6);
        Look();

        Assert.Equal((LaunchVerdict.TimedOut, 0m), (Assert.Single(_ledger.Ended).Verdict, _ledger.Ended[0].Cost));
    }

    [Fact]
    public void A_job_that_we_stop_is_no_pass_though_the_provider_and_the_code_under_test_say_so()
    {
        Begin();
        _ledger = LaunchStateMachine.Cancel(_ledger, Id(1), "ci", FirstRequest.Origin, _now).Ledger;
        Look();

        Assert.Equal(ReportedJobState.Completed, Assert.Single(_provider.Jobs).State);
        Assert.Equal((LaunchVerdict.Cancelled, (int?)null), (Assert.Single(_ledger.Ended).Verdict, _ledger.Ended[0].ExitCode));
    }

    [Fact]
    public void A_submission_without_a_result_is_searched_for_and_adopted()
    {
        var submit = Assert.Single(Take());
        _provider.Execute(submit, _now);
        _now += LaunchStateMachine.MaxSubmissionTime;

        Assert.Equal(ProviderAction.FindByLabel, Look().First(command => command.LaunchId.Length > 0).Action);

        Assert.Equal(101, Assert.Single(_ledger.Live).JobNumber);
        Assert.Single(_provider.Jobs);
    }

    [Fact]
    public void A_job_missing_in_two_lists_a_minute_apart_is_submitted_again()
    {
        Take();
        _now += LaunchStateMachine.MaxSubmissionTime;
        Look();
        _now += TimeSpan.FromSeconds(30);
        Look();
        Assert.Empty(_provider.Jobs);
        _now += TimeSpan.FromSeconds(31);
        Look();
        Look();

        Assert.Equal(LabelOf(1, attempt: 1), Assert.Single(_provider.Jobs).Label);
    }

    [Fact]
    public void Of_two_jobs_with_one_label_the_lower_number_stays_and_the_other_is_ended()
    {
        var submit = Assert.Single(Take());
        _provider.Execute(submit, _now);
        _provider.Execute(submit, _now);
        _now += LaunchStateMachine.MaxSubmissionTime;
        Look();
        Look();

        Assert.Equal(101, Assert.Single(_provider.Living).Number);
        Assert.Equal(101, Assert.Single(_ledger.Live).JobNumber);
        Assert.Empty(_ledger.Orphans);
    }

    [Fact]
    public void A_job_of_ours_that_nobody_has_is_ended_and_one_of_somebody_else_is_never_touched()
    {
        Begin();
        ProviderCommand Other(string label) => new(
            ProviderAction.Submit, "", 1, label, Launch: new LaunchInputs("ci", "abc", new Dictionary<string, string>(), "marker", TimeSpan.Zero, 1));
        var (theirs, otherLaunchers) = ($"theirs:{Id(7)}:a1", $"hybrid:00000002:{Id(7)}:a1");
        _provider.Execute(Other(LabelOf(7, attempt: 1)), _now);
        _provider.Execute(Other(theirs), _now);
        _provider.Execute(Other(otherLaunchers), _now);
        _now += LaunchStateMachine.ReconcileInterval;
        Look();
        _now += TimeSpan.FromSeconds(6);
        Look();

        Assert.Equal([LabelOf(1, attempt: 1), theirs, otherLaunchers], _provider.Living.Select(job => job.Label));
        Assert.Empty(_ledger.Orphans);
    }

    [Theory]
    [InlineData(ProviderErrorKind.Refused)]
    [InlineData(ProviderErrorKind.Unauthorized)]
    public void A_definite_rejection_ends_the_launch_and_releases_its_reservation(ProviderErrorKind trouble)
    {
        Fail(trouble);

        Assert.Equal(LaunchVerdict.Trouble, Assert.Single(_ledger.Ended).Verdict);
        Assert.Equal(0, Spending.Now(_ledger, _now).Today);
    }

    [Theory]
    [InlineData(ProviderErrorKind.Busy)]
    [InlineData(ProviderErrorKind.NoKey)]
    public void A_command_that_was_surely_not_executed_is_issued_again_a_little_later(ProviderErrorKind trouble)
    {
        Fail(trouble);
        Assert.Empty(Take());
        _now += TimeSpan.FromSeconds(10);

        Assert.Equal(ProviderAction.Submit, Assert.Single(Take()).Action);
    }

    [Fact]
    public void A_hundred_thousand_launches_that_have_ended_do_not_make_the_ledger_larger()
    {
        var sizes = new List<int>();
        for (var launch = 2; launch < 100_000; launch++)
        {
            _ledger = LaunchStateMachine.Cancel(_ledger, Id(launch - 1), "ci", FirstRequest.Origin, _now).Ledger;
            _now += TimeSpan.FromMinutes(7);
            _ledger = Written(LaunchStateMachine.Launch(_ledger, For(launch % 65_536), Id(launch), _now).Ledger);
            if (launch % 10_000 == 0)
            {
                sizes.Add(JsonSerializer.SerializeToUtf8Bytes(_ledger).Length);
            }
        }

        Assert.All(sizes, size => Assert.InRange(size, 1, 8_000));
    }

    private LaunchSnapshot EndsAs(ReportedJobState state, string words)
    {
        Begin();
        _now += TimeSpan.FromMinutes(10);
        End(state, words);
        return Assert.Single(_ledger.Ended);
    }

    private void Begin()
    {
        Look();
        Assert.Single(_provider.Living).Run(_now);
        Look();
    }

    private void End(ReportedJobState state, string words)
    {
        Assert.Single(_provider.Living).End(state, words, _now);
        Look();
        Look();
    }

    private void Fail(ProviderErrorKind trouble)
    {
        var command = Assert.Single(Take());
        var report = new ProviderResult { Action = command.Action, LaunchId = command.LaunchId, Attempt = command.Attempt, Error = trouble };
        _ledger = LaunchStateMachine.ApplyResult(_ledger, report, _now);
    }

    // What is due within seconds is done now.
    private IReadOnlyList<ProviderCommand> Look()
    {
        _ledger = _ledger with { Live = [.. _ledger.Live.Select(live => live.NotBefore - _now < Soon ? live with { NotBefore = _now } : live)] };
        (_ledger, var batch) = LaunchStateMachine.TakeCommands(_ledger, _now);
        foreach (var command in batch.Commands)
        {
            _ledger = LaunchStateMachine.ApplyResult(_ledger, _provider.Execute(command, _now), _now);
        }

        return batch.Commands;
    }

    private IReadOnlyList<ProviderCommand> Take()
    {
        (_ledger, var batch) = LaunchStateMachine.TakeCommands(_ledger, _now);
        return [.. batch.Commands.Where(command => command.Action != ProviderAction.Reconcile)];
    }

    private static LaunchLedger Written(LaunchLedger ledger) =>
        LaunchStateMachine.MarkWritten(ledger, ledger.Audit.Sequence, [.. ledger.Ended.Select(launch => launch.Id)]);
}
