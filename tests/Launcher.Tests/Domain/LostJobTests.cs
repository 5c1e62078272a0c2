using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Domain.Scripts;
using static OrleansHybrid.Launcher.Tests.Domain.LaunchExamples;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>A provider that forgets jobs, or tells of times and costs that can't be.</summary>
public sealed class LostJobTests
{
    private readonly FakeProvider _provider = new();
    private LaunchLedger _ledger;
    private DateTimeOffset _now = Start;

    public LostJobTests()
    {
        _ledger = LaunchStateMachine.Launch(LaunchLedger.Empty, FirstRequest, Id(1), Start).Ledger;
        _ledger = LaunchStateMachine.MarkWritten(_ledger, _ledger.Audit.Sequence, []);
        RunRound();
        _provider.Jobs.Single().Run(_now);
        Pass(TimeSpan.FromMinutes(10));
    }

    private LaunchSnapshot Ended => Assert.Single(_ledger.Ended);

    [Fact]
    public void A_job_that_is_nowhere_any_more_has_cost_its_time_and_is_not_begun_again_as_if_it_never_was()
    {
        _provider.Jobs.Clear();
        Pass(TimeSpan.FromMinutes(5));

        var second = Assert.Single(_provider.Jobs);
        Assert.Equal(LabelOf(1, attempt: 2), second.Label);
        Assert.InRange(second.Limit, TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(28));
        Assert.Equal(1.00m, Spending.Now(_ledger, _now).Today);
    }

    [Fact]
    public void A_running_job_that_can_not_be_seen_for_a_while_keeps_its_time()
    {
        _now = Start + Terms.LongestQueue - TimeSpan.FromMinutes(25);
        var hidden = _provider.Jobs.Single();
        _provider.Jobs.Clear();
        for (var look = 0; look < 5; look++)
        {
            Pass(TimeSpan.FromSeconds(30));
        }

        _provider.Jobs.Add(hidden);
        RunRound();

        var live = Assert.Single(_ledger.Live);
        Assert.Equal((1, hidden.Number, (StopReason?)null), (live.Attempt, live.JobNumber, live.Stop));
        Assert.Single(_provider.Jobs);
    }

    [Theory]
    [InlineData(3600 * 1000, "79228162514264337593543950335")]
    [InlineData(-3600 * 1000, "-1")]
    public void Times_and_costs_that_can_not_be_are_not_believed(int seconds, string cost)
    {
        var told = _provider.Jobs.Single().Record with
        {
            State = ReportedJobState.Completed,
            EndedAt = _now.AddSeconds(seconds),
            Cost = decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture),
        };
        _ledger = LaunchStateMachine.ApplyResult(_ledger, Look() with { Jobs = [told], OutputTail = "hybrid-verdict marker 0f3c9d 0" }, _now);

        Assert.InRange(Ended.Cost, 0, 0.30m);
        Assert.InRange(Ended.EndedAt!.Value, DateTimeOffset.MinValue, _now);
    }

    [Fact]
    public void Jobs_are_held_against_what_lives_also_when_nothing_does()
    {
        _ledger = LaunchLedger.Empty with { Swept = _now };

        Assert.Empty(LaunchStateMachine.TakeCommands(_ledger, _now).Batch.Commands);
        Assert.Equal(ProviderAction.Reconcile, LaunchStateMachine.TakeCommands(_ledger, _now + LaunchStateMachine.ReconcileInterval).Batch.Commands.Single().Action);
    }

    [Theory]
    [InlineData(ProviderErrorKind.NotFound, 0)]
    [InlineData(ProviderErrorKind.Unreachable, 1)]
    public void A_job_without_launch_is_over_when_the_provider_does_not_know_it(ProviderErrorKind trouble, int left)
    {
        _ledger = LaunchLedger.Empty with { Orphans = [7] };
        var report = new ProviderResult { Action = ProviderAction.Terminate, LaunchId = "", Attempt = 0, JobNumber = 7, Error = trouble };

        Assert.Equal(left, LaunchStateMachine.ApplyResult(_ledger, report, _now).Orphans.Count);
    }

    [Fact]
    public void Only_a_last_line_with_the_word_of_verdicts_ends_a_text()
    {
        Assert.True(ResultMarker.IsAtEndOf("passed\nhybrid-verdict marker 0f3c9d 0\n\n"));
        Assert.False(ResultMarker.IsAtEndOf("hybrid-verdict marker 0f3c9d 0\npassed"));
        Assert.False(ResultMarker.IsAtEndOf("hybrid-verdicts"));
        Assert.False(ResultMarker.IsAtEndOf(""));
    }

    private static ProviderResult Look() => new() { Action = ProviderAction.Poll, LaunchId = Id(1), Attempt = 1 };

    private void Pass(TimeSpan time)
    {
        for (var end = _now + time; _now < end; _now += TimeSpan.FromSeconds(6))
        {
            RunRound();
        }
    }

    private void RunRound()
    {
        (_ledger, var batch) = LaunchStateMachine.TakeCommands(_ledger, _now);
        foreach (var command in batch.Commands)
        {
            _ledger = LaunchStateMachine.ApplyResult(_ledger, _provider.Execute(command, _now), _now);
        }
    }
}
