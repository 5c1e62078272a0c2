using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Domain.Launching.Scripts;
using static OrleansHybrid.Domain.Tests.Launching.Examples;

namespace OrleansHybrid.Domain.Tests.Launching;

/// <summary>A provider that forgets jobs, or tells of times and costs that can't be.</summary>
public sealed class LosingJobs
{
    private readonly ScriptedProvider provider = new();
    private LaunchLedger ledger;
    private DateTimeOffset now = Start;

    public LosingJobs()
    {
        ledger = LaunchMachine.Launch(LaunchLedger.Empty, Request, Id(1), Start).Ledger;
        ledger = LaunchMachine.Written(ledger, ledger.Audit.Sequence, []);
        Round();
        provider.Jobs.Single().Run(now);
        Pass(TimeSpan.FromMinutes(10));
    }

    private LaunchView Ended => Assert.Single(ledger.Ended);

    [Fact]
    public void A_job_that_is_nowhere_any_more_has_cost_its_time_and_is_not_begun_again_as_if_it_never_was()
    {
        provider.Jobs.Clear();
        Pass(TimeSpan.FromMinutes(5));

        var second = Assert.Single(provider.Jobs);
        Assert.Equal(LabelOf(1, attempt: 2), second.Label);
        Assert.InRange(second.Limit, TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(28));
        Assert.Equal(1.00m, Spending.Now(ledger, now).Today);
    }

    [Fact]
    public void A_running_job_that_can_not_be_seen_for_a_while_keeps_its_time()
    {
        now = Start + Terms.LongestQueue - TimeSpan.FromMinutes(25);
        var hidden = provider.Jobs.Single();
        provider.Jobs.Clear();
        for (var look = 0; look < 5; look++)
        {
            Pass(TimeSpan.FromSeconds(30));
        }

        provider.Jobs.Add(hidden);
        Round();

        var live = Assert.Single(ledger.Live);
        Assert.Equal((1, hidden.Number, (StopReason?)null), (live.Attempt, live.JobNumber, live.Stop));
        Assert.Single(provider.Jobs);
    }

    [Theory]
    [InlineData(3600 * 1000, "79228162514264337593543950335")]
    [InlineData(-3600 * 1000, "-1")]
    public void Times_and_costs_that_can_not_be_are_not_believed(int seconds, string cost)
    {
        var told = provider.Jobs.Single().Record with
        {
            State = JobState.Completed,
            EndedAt = now.AddSeconds(seconds),
            Cost = decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture),
        };
        ledger = LaunchMachine.Report(ledger, Look() with { Jobs = [told], LastWords = "hybrid-verdict marker 0f3c9d 0" }, now);

        Assert.InRange(Ended.Cost, 0, 0.30m);
        Assert.InRange(Ended.EndedAt!.Value, DateTimeOffset.MinValue, now);
    }

    [Fact]
    public void Jobs_are_held_against_what_lives_also_when_nothing_does()
    {
        ledger = LaunchLedger.Empty with { Swept = now };

        Assert.Empty(LaunchMachine.TakeOrders(ledger, now).Orders.Orders);
        Assert.Equal(LaunchAct.Sweep, LaunchMachine.TakeOrders(ledger, now + LaunchMachine.SweepEvery).Orders.Orders.Single().Act);
    }

    [Theory]
    [InlineData(ProviderTrouble.NotFound, 0)]
    [InlineData(ProviderTrouble.Unreachable, 1)]
    public void A_job_without_launch_is_over_when_the_provider_does_not_know_it(ProviderTrouble trouble, int left)
    {
        ledger = LaunchLedger.Empty with { Orphans = [7] };
        var report = new LaunchReport { Act = LaunchAct.Terminate, LaunchId = "", Attempt = 0, JobNumber = 7, Trouble = trouble };

        Assert.Equal(left, LaunchMachine.Report(ledger, report, now).Orphans.Count);
    }

    [Fact]
    public void Only_a_last_line_with_the_word_of_verdicts_ends_a_text()
    {
        Assert.True(VerdictLine.Ends("passed\nhybrid-verdict marker 0f3c9d 0\n\n"));
        Assert.False(VerdictLine.Ends("hybrid-verdict marker 0f3c9d 0\npassed"));
        Assert.False(VerdictLine.Ends("hybrid-verdicts"));
        Assert.False(VerdictLine.Ends(""));
    }

    private static LaunchReport Look() => new() { Act = LaunchAct.Look, LaunchId = Id(1), Attempt = 1 };

    private void Pass(TimeSpan time)
    {
        for (var end = now + time; now < end; now += TimeSpan.FromSeconds(6))
        {
            Round();
        }
    }

    private void Round()
    {
        (ledger, var orders) = LaunchMachine.TakeOrders(ledger, now);
        foreach (var order in orders.Orders)
        {
            ledger = LaunchMachine.Report(ledger, provider.Do(order, now), now);
        }
    }
}
