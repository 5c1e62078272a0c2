using OrleansHybrid.Launcher.Domain;
using static OrleansHybrid.Launcher.Tests.Domain.LaunchExamples;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>V2: caps and budget counted again from the audit alone, as who holds the key does it.</summary>
public sealed class AuditedLaunchesTests
{
    private LaunchLedger _ledger = LaunchLedger.Empty with { Swept = Start };

    [Fact]
    public void The_active_launches_of_the_audit_are_those_of_the_ledger()
    {
        Accept(1, 2, 3);
        Report(Id(2), ProviderErrorKind.Refused);

        var launches = Read();

        Assert.Equal([false, true, false], new[] { 1, 2, 3 }.Select(number => launches.Find(Id(number))!.HasEnded));
        Assert.Equal((1.00m, 0m), (launches.Find(Id(1))!.Amount, launches.Find(Id(2))!.Amount));
        Assert.Null(launches.Find(Id(4)));
        Assert.Equal(_ledger.Audit.Sequence, launches.Sequence);
    }

    [Fact]
    public void A_launch_is_over_a_cap_by_those_before_it_alone()
    {
        Accept(1, 2, 3);
        var launches = Read();

        bool IsOver(int number, LaunchQuota caps) => launches.IsOverQuota(launches.Find(Id(number))!, Terms with { Caps = caps });
        Assert.Equal([false, false, true], new[] { 1, 2, 3 }.Select(number => IsOver(number, new LaunchQuota(2))));
        Assert.Equal([false, true, true], new[] { 1, 2, 3 }.Select(number => IsOver(number, new LaunchQuota(9, MachineType: 1))));
        Assert.Equal([false, false, true], new[] { 1, 2, 3 }.Select(number => IsOver(number, new LaunchQuota(9, Credential: 2))));
        Assert.False(launches.IsOverQuota(launches.Find(Id(3))!, Terms with { MachineType = "another", Caps = new LaunchQuota(9, MachineType: 1) }));
    }

    [Fact]
    public void An_ended_launch_counts_against_the_budget_with_its_cost_and_against_no_cap()
    {
        Accept(1, 2, 3);
        Report(Id(1), ProviderErrorKind.Refused);
        var launches = Read();
        var third = launches.Find(Id(3))!;

        Assert.False(launches.IsOverQuota(third, Terms with { Caps = new LaunchQuota(2) }));
        Assert.False(launches.IsOverBudget(third, Terms with { Budget = new LaunchBudget(Day: 2) }));
        Assert.True(launches.IsOverBudget(third, Terms with { Budget = new LaunchBudget(Day: 1.99m) }));
        Assert.True(launches.IsOverBudget(third, Terms with { PricePerHour = 1.6m, Budget = new LaunchBudget(Day: 2) }));
    }

    [Fact]
    public void Days_and_months_are_those_on_which_a_launch_was_accepted()
    {
        // 22:00 of the 30th, and then two days later, in the next month.
        Accept(1);
        Accept(Start.AddDays(2), 2, 3);
        var launches = Read();
        bool IsOver(int number, LaunchBudget budget) => launches.IsOverBudget(launches.Find(Id(number))!, Terms with { Budget = budget });

        Assert.Equal([false, false, true], new[] { 1, 2, 3 }.Select(number => IsOver(number, new LaunchBudget(Month: 1))));
        Assert.Equal([false, false, true], new[] { 1, 2, 3 }.Select(number => IsOver(number, new LaunchBudget(CredentialDay: 1))));
    }

    [Fact]
    public void Launches_that_ended_long_ago_are_left_out_and_active_ones_never_are()
    {
        Accept(1, 2);
        Report(Id(1), ProviderErrorKind.Refused);
        var launches = Read();

        launches.RemoveExpired(Start + AuditedLaunches.Lookback + TimeSpan.FromSeconds(1));

        Assert.Equal((1, false), (launches.Count, launches.Find(Id(2))!.HasEnded));
    }

    private void Accept(params int[] numbers) => Accept(Start, numbers);

    private void Accept(DateTimeOffset now, params int[] numbers)
    {
        foreach (var number in numbers)
        {
            (_ledger, var answer) = LaunchStateMachine.Launch(_ledger, For(number), Id(number), now);
            Assert.Equal(LaunchOutcome.Accepted, answer.Outcome);
        }
    }

    private void Report(string id, ProviderErrorKind trouble)
    {
        var kept = _ledger.Outbox;
        (_ledger, _) = LaunchStateMachine.TakeCommands(_ledger with { Outbox = [] }, Start);
        _ledger = LaunchStateMachine.ApplyResult(
            _ledger, new ProviderResult { Action = ProviderAction.Submit, LaunchId = id, Attempt = 1, Error = trouble }, Start);
        _ledger = _ledger with { Outbox = [.. kept, .. _ledger.Outbox] };
    }

    private AuditedLaunches Read()
    {
        var launches = new AuditedLaunches();
        foreach (var record in _ledger.Outbox)
        {
            launches.Add(record);
        }

        return launches;
    }
}
