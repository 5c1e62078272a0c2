using System.Text.Json;
using OrleansHybrid.Domain.Launching;
using static OrleansHybrid.Domain.Tests.Launching.Examples;

namespace OrleansHybrid.Domain.Tests.Launching;

/// <summary>A launch from its submission to its verdict, with a provider that is slow, deaf, forgetful or dishonest.</summary>
public sealed class Running
{
    private const string Said = "hybrid-verdict marker 0f3c9d ";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(6);

    private readonly ScriptedProvider _provider = new();
    private LaunchLedger _ledger;
    private DateTimeOffset _now = Start;

    public Running() => _ledger = Written(LaunchMachine.Launch(LaunchLedger.Empty, Request, Id(1), Start).Ledger);

    [Theory]
    [InlineData(JobState.Completed, Said + "0\n", LaunchVerdict.Passed, 0)]
    [InlineData(JobState.Completed, "all tests passed\n\n" + Said + "0\r\n\n", LaunchVerdict.Passed, 0)]
    [InlineData(JobState.Failed, Said + "3", LaunchVerdict.Failed, 3)]
    [InlineData(JobState.Canceled, Said + "0 ", LaunchVerdict.Passed, 0)]
    [InlineData(JobState.Completed, Said + "1", LaunchVerdict.Failed, 1)]
    public void What_the_script_says_in_its_last_line_is_the_verdict(JobState state, string words, LaunchVerdict verdict, int code)
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
        End(JobState.Completed, words);

        var second = Assert.Single(_provider.Living);
        Assert.Equal(LabelOf(1, attempt: 2), second.Label);
        Assert.Equal(TimeSpan.FromMinutes(30), second.Limit);
        Assert.Equal(1.00m, Spending.Now(_ledger, _now).Today);
        second.Run(_now);
        Look();
        _now += TimeSpan.FromMinutes(10);
        End(JobState.Completed, words);

        var launch = Assert.Single(_ledger.Ended);
        Assert.Equal((LaunchVerdict.Trouble, 2, 0.50m), (launch.Verdict, launch.Attempt, launch.Cost));
    }

    [Fact]
    public void A_job_that_outlives_its_limit_is_asked_to_end_then_terminated_and_looked_at_until_it_is_over()
    {
        Begin();
        var job = Assert.Single(_provider.Living);
        job.Listens = false;
        _now += TimeSpan.FromMinutes(40);

        Assert.Equal(LaunchAct.Shutdown, Assert.Single(Take()).Act);
        _now += TimeSpan.FromSeconds(59);
        Assert.Equal(LaunchAct.Shutdown, Assert.Single(Take()).Act);
        _now += TimeSpan.FromSeconds(6);
        Assert.Equal(LaunchAct.Terminate, Assert.Single(Take()).Act);
        _now += TimeSpan.FromSeconds(6);
        Look();

        var launch = Assert.Single(_ledger.Ended);
        Assert.Equal((LaunchVerdict.TimedOut, JobState.Terminated), (launch.Verdict, job.State));
    }

    [Fact]
    public void A_job_that_waits_too_long_is_terminated_and_its_wait_is_no_running_time()
    {
        Look();
        _now += TimeSpan.FromMinutes(59);
        Look();
        Assert.True(Assert.Single(_provider.Jobs).IsLiving);
        _now += TimeSpan.FromMinutes(1);

        Assert.Equal(LaunchAct.Terminate, Take().First(order => order.LaunchId.Length > 0).Act);
        _now += TimeSpan.FromSeconds(6);
        Look();

        Assert.Equal((LaunchVerdict.TimedOut, 0m), (Assert.Single(_ledger.Ended).Verdict, _ledger.Ended[0].Cost));
    }

    [Fact]
    public void A_job_that_we_stop_is_no_pass_though_the_provider_and_the_code_under_test_say_so()
    {
        Begin();
        _ledger = LaunchMachine.Cancel(_ledger, Id(1), "ci", Request.Origin, _now).Ledger;
        Look();

        Assert.Equal(JobState.Completed, Assert.Single(_provider.Jobs).State);
        Assert.Equal((LaunchVerdict.Cancelled, (int?)null), (Assert.Single(_ledger.Ended).Verdict, _ledger.Ended[0].ExitCode));
    }

    [Fact]
    public void A_submission_that_nobody_tells_of_is_looked_for_and_adopted()
    {
        var submit = Assert.Single(Take());
        _provider.Do(submit, _now);
        _now += LaunchMachine.LongestSubmission;

        Assert.Equal(LaunchAct.Search, Look().First(order => order.LaunchId.Length > 0).Act);

        Assert.Equal(101, Assert.Single(_ledger.Live).JobNumber);
        Assert.Single(_provider.Jobs);
    }

    [Fact]
    public void One_that_is_nowhere_in_two_looks_a_minute_apart_is_submitted_again()
    {
        Take();
        _now += LaunchMachine.LongestSubmission;
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
        _provider.Do(submit, _now);
        _provider.Do(submit, _now);
        _now += LaunchMachine.LongestSubmission;
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
        LaunchOrder Other(string label) => new(
            LaunchAct.Submit, "", 1, label, Launch: new LaunchInputs("ci", "abc", new Dictionary<string, string>(), "marker", TimeSpan.Zero, 1));
        var (theirs, otherLaunchers) = ($"theirs:{Id(7)}:a1", $"hybrid:00000002:{Id(7)}:a1");
        _provider.Do(Other(LabelOf(7, attempt: 1)), _now);
        _provider.Do(Other(theirs), _now);
        _provider.Do(Other(otherLaunchers), _now);
        _now += LaunchMachine.SweepEvery;
        Look();
        _now += TimeSpan.FromSeconds(6);
        Look();

        Assert.Equal([LabelOf(1, attempt: 1), theirs, otherLaunchers], _provider.Living.Select(job => job.Label));
        Assert.Empty(_ledger.Orphans);
    }

    [Theory]
    [InlineData(ProviderTrouble.Refused)]
    [InlineData(ProviderTrouble.Unauthorized)]
    public void A_sure_refusal_ends_the_launch_and_gives_its_money_back(ProviderTrouble trouble)
    {
        Fail(trouble);

        Assert.Equal(LaunchVerdict.Trouble, Assert.Single(_ledger.Ended).Verdict);
        Assert.Equal(0, Spending.Now(_ledger, _now).Today);
    }

    [Theory]
    [InlineData(ProviderTrouble.Busy)]
    [InlineData(ProviderTrouble.NoKey)]
    public void What_was_surely_not_carried_out_is_ordered_again_a_little_later(ProviderTrouble trouble)
    {
        Fail(trouble);
        Assert.Empty(Take());
        _now += TimeSpan.FromSeconds(10);

        Assert.Equal(LaunchAct.Submit, Assert.Single(Take()).Act);
    }

    [Fact]
    public void A_hundred_thousand_launches_that_have_ended_do_not_make_the_ledger_larger()
    {
        var sizes = new List<int>();
        for (var launch = 2; launch < 100_000; launch++)
        {
            _ledger = LaunchMachine.Cancel(_ledger, Id(launch - 1), "ci", Request.Origin, _now).Ledger;
            _now += TimeSpan.FromMinutes(7);
            _ledger = Written(LaunchMachine.Launch(_ledger, For(launch % 65_536), Id(launch), _now).Ledger);
            if (launch % 10_000 == 0)
            {
                sizes.Add(JsonSerializer.SerializeToUtf8Bytes(_ledger).Length);
            }
        }

        Assert.All(sizes, size => Assert.InRange(size, 1, 8_000));
    }

    private LaunchView EndsAs(JobState state, string words)
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

    private void End(JobState state, string words)
    {
        Assert.Single(_provider.Living).End(state, words, _now);
        Look();
        Look();
    }

    private void Fail(ProviderTrouble trouble)
    {
        var order = Assert.Single(Take());
        var report = new LaunchReport { Act = order.Act, LaunchId = order.LaunchId, Attempt = order.Attempt, Trouble = trouble };
        _ledger = LaunchMachine.Report(_ledger, report, _now);
    }

    // What is due within seconds is done now.
    private IReadOnlyList<LaunchOrder> Look()
    {
        _ledger = _ledger with { Live = [.. _ledger.Live.Select(live => live.NotBefore - _now < Soon ? live with { NotBefore = _now } : live)] };
        (_ledger, var orders) = LaunchMachine.TakeOrders(_ledger, _now);
        foreach (var order in orders.Orders)
        {
            _ledger = LaunchMachine.Report(_ledger, _provider.Do(order, _now), _now);
        }

        return orders.Orders;
    }

    private IReadOnlyList<LaunchOrder> Take()
    {
        (_ledger, var orders) = LaunchMachine.TakeOrders(_ledger, _now);
        return [.. orders.Orders.Where(order => order.Act != LaunchAct.Sweep)];
    }

    private static LaunchLedger Written(LaunchLedger ledger) =>
        LaunchMachine.Written(ledger, ledger.Audit.Sequence, [.. ledger.Ended.Select(launch => launch.Id)]);
}
