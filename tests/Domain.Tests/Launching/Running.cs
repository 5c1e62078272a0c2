using System.Text.Json;
using OrleansHybrid.Domain.Launching;
using static OrleansHybrid.Domain.Tests.Launching.Examples;

namespace OrleansHybrid.Domain.Tests.Launching;

/// <summary>A launch from its submission to its verdict, with a provider that is slow, deaf, forgetful or dishonest.</summary>
public sealed class Running
{
    private const string Said = "hybrid-verdict marker 0f3c9d ";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(6);

    private readonly ScriptedProvider provider = new();
    private LaunchLedger ledger;
    private DateTimeOffset now = Start;

    public Running() => ledger = Written(LaunchMachine.Launch(LaunchLedger.Empty, Request, Id(1), Start).Ledger);

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
        Assert.Equal((0.25m, 0.25m), Spending.Now(ledger, now));
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
        now += TimeSpan.FromMinutes(10);
        End(JobState.Completed, words);

        var second = Assert.Single(provider.Living);
        Assert.Equal(LabelOf(1, attempt: 2), second.Label);
        Assert.Equal(TimeSpan.FromMinutes(30), second.Limit);
        Assert.Equal(1.00m, Spending.Now(ledger, now).Today);
        second.Run(now);
        Look();
        now += TimeSpan.FromMinutes(10);
        End(JobState.Completed, words);

        var launch = Assert.Single(ledger.Ended);
        Assert.Equal((LaunchVerdict.Trouble, 2, 0.50m), (launch.Verdict, launch.Attempt, launch.Cost));
    }

    [Fact]
    public void A_job_that_outlives_its_limit_is_asked_to_end_then_terminated_and_looked_at_until_it_is_over()
    {
        Begin();
        var job = Assert.Single(provider.Living);
        job.Listens = false;
        now += TimeSpan.FromMinutes(40);

        Assert.Equal(LaunchAct.Shutdown, Assert.Single(Take()).Act);
        now += TimeSpan.FromSeconds(59);
        Assert.Equal(LaunchAct.Shutdown, Assert.Single(Take()).Act);
        now += TimeSpan.FromSeconds(6);
        Assert.Equal(LaunchAct.Terminate, Assert.Single(Take()).Act);
        now += TimeSpan.FromSeconds(6);
        Look();

        var launch = Assert.Single(ledger.Ended);
        Assert.Equal((LaunchVerdict.TimedOut, JobState.Terminated), (launch.Verdict, job.State));
    }

    [Fact]
    public void A_job_that_waits_too_long_is_terminated_and_its_wait_is_no_running_time()
    {
        Look();
        now += TimeSpan.FromMinutes(59);
        Look();
        Assert.True(Assert.Single(provider.Jobs).IsLiving);
        now += TimeSpan.FromMinutes(1);

        Assert.Equal(LaunchAct.Terminate, Take().First(order => order.LaunchId.Length > 0).Act);
        now += TimeSpan.FromSeconds(6);
        Look();

        Assert.Equal((LaunchVerdict.TimedOut, 0m), (Assert.Single(ledger.Ended).Verdict, ledger.Ended[0].Cost));
    }

    [Fact]
    public void A_job_that_we_stop_is_no_pass_though_the_provider_and_the_code_under_test_say_so()
    {
        Begin();
        ledger = LaunchMachine.Cancel(ledger, Id(1), "ci", Request.Origin, now).Ledger;
        Look();

        Assert.Equal(JobState.Completed, Assert.Single(provider.Jobs).State);
        Assert.Equal((LaunchVerdict.Cancelled, (int?)null), (Assert.Single(ledger.Ended).Verdict, ledger.Ended[0].ExitCode));
    }

    [Fact]
    public void A_submission_that_nobody_tells_of_is_looked_for_and_adopted()
    {
        var submit = Assert.Single(Take());
        provider.Do(submit, now);
        now += LaunchMachine.LongestSubmission;

        Assert.Equal(LaunchAct.Search, Look().First(order => order.LaunchId.Length > 0).Act);

        Assert.Equal(101, Assert.Single(ledger.Live).JobNumber);
        Assert.Single(provider.Jobs);
    }

    [Fact]
    public void One_that_is_nowhere_in_two_looks_a_minute_apart_is_submitted_again()
    {
        Take();
        now += LaunchMachine.LongestSubmission;
        Look();
        now += TimeSpan.FromSeconds(30);
        Look();
        Assert.Empty(provider.Jobs);
        now += TimeSpan.FromSeconds(31);
        Look();
        Look();

        Assert.Equal(LabelOf(1, attempt: 1), Assert.Single(provider.Jobs).Label);
    }

    [Fact]
    public void Of_two_jobs_with_one_label_the_lower_number_stays_and_the_other_is_ended()
    {
        var submit = Assert.Single(Take());
        provider.Do(submit, now);
        provider.Do(submit, now);
        now += LaunchMachine.LongestSubmission;
        Look();
        Look();

        Assert.Equal(101, Assert.Single(provider.Living).Number);
        Assert.Equal(101, Assert.Single(ledger.Live).JobNumber);
        Assert.Empty(ledger.Orphans);
    }

    [Fact]
    public void A_job_of_ours_that_nobody_has_is_ended_and_one_of_somebody_else_is_never_touched()
    {
        Begin();
        LaunchOrder Other(string label) => new(
            LaunchAct.Submit, "", 1, label, Launch: new LaunchInputs("ci", "abc", new Dictionary<string, string>(), "marker", TimeSpan.Zero, 1));
        var (theirs, otherLaunchers) = ($"theirs:{Id(7)}:a1", $"hybrid:00000002:{Id(7)}:a1");
        provider.Do(Other(LabelOf(7, attempt: 1)), now);
        provider.Do(Other(theirs), now);
        provider.Do(Other(otherLaunchers), now);
        now += LaunchMachine.SweepEvery;
        Look();
        now += TimeSpan.FromSeconds(6);
        Look();

        Assert.Equal([LabelOf(1, attempt: 1), theirs, otherLaunchers], provider.Living.Select(job => job.Label));
        Assert.Empty(ledger.Orphans);
    }

    [Theory]
    [InlineData(ProviderTrouble.Refused)]
    [InlineData(ProviderTrouble.Unauthorized)]
    public void A_sure_refusal_ends_the_launch_and_gives_its_money_back(ProviderTrouble trouble)
    {
        Fail(trouble);

        Assert.Equal(LaunchVerdict.Trouble, Assert.Single(ledger.Ended).Verdict);
        Assert.Equal(0, Spending.Now(ledger, now).Today);
    }

    [Theory]
    [InlineData(ProviderTrouble.Busy)]
    [InlineData(ProviderTrouble.NoKey)]
    public void What_was_surely_not_carried_out_is_ordered_again_a_little_later(ProviderTrouble trouble)
    {
        Fail(trouble);
        Assert.Empty(Take());
        now += TimeSpan.FromSeconds(10);

        Assert.Equal(LaunchAct.Submit, Assert.Single(Take()).Act);
    }

    [Fact]
    public void A_hundred_thousand_launches_that_have_ended_do_not_make_the_ledger_larger()
    {
        var sizes = new List<int>();
        for (var launch = 2; launch < 100_000; launch++)
        {
            ledger = LaunchMachine.Cancel(ledger, Id(launch - 1), "ci", Request.Origin, now).Ledger;
            now += TimeSpan.FromMinutes(7);
            ledger = Written(LaunchMachine.Launch(ledger, For(launch % 65_536), Id(launch), now).Ledger);
            if (launch % 10_000 == 0)
            {
                sizes.Add(JsonSerializer.SerializeToUtf8Bytes(ledger).Length);
            }
        }

        Assert.All(sizes, size => Assert.InRange(size, 1, 8_000));
    }

    private LaunchView EndsAs(JobState state, string words)
    {
        Begin();
        now += TimeSpan.FromMinutes(10);
        End(state, words);
        return Assert.Single(ledger.Ended);
    }

    private void Begin()
    {
        Look();
        Assert.Single(provider.Living).Run(now);
        Look();
    }

    private void End(JobState state, string words)
    {
        Assert.Single(provider.Living).End(state, words, now);
        Look();
        Look();
    }

    private void Fail(ProviderTrouble trouble)
    {
        var order = Assert.Single(Take());
        var report = new LaunchReport { Act = order.Act, LaunchId = order.LaunchId, Attempt = order.Attempt, Trouble = trouble };
        ledger = LaunchMachine.Report(ledger, report, now);
    }

    // What is due within seconds is done now.
    private IReadOnlyList<LaunchOrder> Look()
    {
        ledger = ledger with { Live = [.. ledger.Live.Select(live => live.NotBefore - now < Soon ? live with { NotBefore = now } : live)] };
        (ledger, var orders) = LaunchMachine.TakeOrders(ledger, now);
        foreach (var order in orders.Orders)
        {
            ledger = LaunchMachine.Report(ledger, provider.Do(order, now), now);
        }

        return orders.Orders;
    }

    private IReadOnlyList<LaunchOrder> Take()
    {
        (ledger, var orders) = LaunchMachine.TakeOrders(ledger, now);
        return [.. orders.Orders.Where(order => order.Act != LaunchAct.Sweep)];
    }

    private static LaunchLedger Written(LaunchLedger ledger) =>
        LaunchMachine.Written(ledger, ledger.Audit.Sequence, [.. ledger.Ended.Select(launch => launch.Id)]);
}
