using OrleansHybrid.Launcher.Domain;
using static OrleansHybrid.Launcher.Tests.Domain.LaunchExamples;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>Admission of launches: one launch for one request, and no more than the operator allows.</summary>
public sealed class LaunchAdmissionTests
{
    private LaunchLedger _ledger = LaunchLedger.Empty;
    private int _launches;

    [Fact]
    public void The_same_request_is_the_same_launch_while_that_lives_and_another_commit_is_another()
    {
        var first = Ask(FirstRequest);
        var again = Ask(FirstRequest);
        var other = Ask(FirstRequest with { CommitHash = "0f3c9e" });
        var named = Ask(FirstRequest with { IdempotencyKey = "build 7" });

        Assert.Equal((LaunchOutcome.Accepted, LaunchOutcome.Duplicate), (first.Outcome, again.Outcome));
        Assert.Equal(first.Launch, again.Launch);
        Assert.Equal((LaunchOutcome.Accepted, LaunchOutcome.Accepted), (other.Outcome, named.Outcome));
        Assert.Equal(3, _ledger.Live.Count);
    }

    [Fact]
    public void No_two_requests_have_one_identity()
    {
        LaunchRequest With(string name, string value) => FirstRequest with { Parameters = new Dictionary<string, string> { [name] = value } };
        LaunchRequest[] all =
        [
            FirstRequest, With("a", "b"), With("ab", ""), With("a", "") with { IdempotencyKey = "b" }, FirstRequest with { CredentialId = "c" },
            FirstRequest with { PolicyVersion = "v2" }, FirstRequest with { CommitHash = "0f3c9d0" }, FirstRequest with { IdempotencyKey = "k" },
        ];

        Assert.Equal(all.Length, all.Select(LaunchStateMachine.IdentityOf).Distinct().Count());
    }

    [Fact]
    public void After_its_end_the_same_request_is_answered_with_it_for_as_long_as_the_policy_says_or_launched_anew_by_force()
    {
        var request = FirstRequest with { Terms = Terms with { ResultValid = TimeSpan.FromMinutes(10) } };
        var first = Ask(request);
        _ledger = LaunchStateMachine.Cancel(_ledger, first.Launch!.Id, "ci", FirstRequest.Origin, Start).Ledger;

        var after = Ask(request, Start.AddMinutes(9));
        var forced = Ask(request with { Force = true }, Start.AddMinutes(9));
        _ledger = LaunchStateMachine.Cancel(_ledger, forced.Launch!.Id, "ci", FirstRequest.Origin, Start.AddMinutes(9)).Ledger;
        var late = Ask(request, Start.AddMinutes(19));

        Assert.Equal((LaunchOutcome.Duplicate, LaunchVerdict.Cancelled), (after.Outcome, after.Launch!.Verdict));
        Assert.Equal((LaunchOutcome.Accepted, LaunchOutcome.Accepted), (forced.Outcome, late.Outcome));
        Assert.NotEqual(first.Launch.Id, forced.Launch.Id);
    }

    [Fact]
    public void Of_two_hundred_requests_as_many_as_may_live_are_accepted()
    {
        var answers = Enumerable.Range(0, 200).Select(commit => Ask(For(commit))).ToList();

        Assert.Equal(3, answers.Count(answer => answer.Outcome == LaunchOutcome.Accepted));
        Assert.Equal(197, answers.Count(answer => answer is { Outcome: LaunchOutcome.CapReached, RetryAfter: not null, Launch: null }));
    }

    [Fact]
    public void Caps_are_kept_by_machine_and_by_credential_too()
    {
        var terms = Terms with { Caps = new LaunchQuota(100, MachineType: 2, Credential: 1) };
        LaunchOutcome From(string credential, string machine) => Ask(FirstRequest with
        {
            CredentialId = credential,
            Terms = terms with { MachineType = machine },
            IdempotencyKey = $"{_launches}",
        }).Outcome;

        Assert.Equal(LaunchOutcome.Accepted, From("a", "big"));
        Assert.Equal(LaunchOutcome.CapReached, From("a", "small"));
        Assert.Equal(LaunchOutcome.Accepted, From("b", "big"));
        Assert.Equal(LaunchOutcome.CapReached, From("c", "big"));
        Assert.Equal(LaunchOutcome.Accepted, From("c", "small"));
    }

    [Fact]
    public void The_highest_cost_has_to_fit_into_each_limit_of_the_budget()
    {
        LaunchOutcome Under(LaunchBudget budget, int commit, DateTimeOffset? now = null) =>
            Ask(For(commit) with { Terms = Terms with { Caps = new LaunchQuota(100), Budget = budget } }, now).Outcome;

        Assert.Equal(LaunchOutcome.BudgetSpent, Under(new LaunchBudget(Day: 0.99m), 1));
        Assert.Equal(LaunchOutcome.Accepted, Under(new LaunchBudget(Day: 1.00m), 1));
        Assert.Equal(LaunchOutcome.BudgetSpent, Under(new LaunchBudget(Day: 1.99m), 2));
        Assert.Equal(LaunchOutcome.BudgetSpent, Under(new LaunchBudget(CredentialDay: 1.99m), 2));

        // The next day is new, the month is not; two hours later still it is April.
        Assert.Equal(LaunchOutcome.Accepted, Under(new LaunchBudget(Day: 1.00m), 3, Start.AddHours(3)));
        Assert.Equal(LaunchOutcome.BudgetSpent, Under(new LaunchBudget(Month: 2.99m), 4, Start.AddHours(3)));
        Assert.Equal(LaunchOutcome.Accepted, Under(new LaunchBudget(Month: 1.00m), 4, Start.AddHours(26)));
    }

    [Theory]
    [InlineData(1.5, 1, 40 * 60, "1.00")]
    [InlineData(1.5, 2, 40 * 60, "2.00")]
    [InlineData(0.01, 1, 1, "0.01")]
    [InlineData(0, 1, 3600, "0")]
    [InlineData(7.77, 3, 3601, "23.32")]
    public void Cost_is_time_by_machines_by_price_and_rounded_up(double price, int nodes, int seconds, string cost)
    {
        var terms = Terms with { PricePerHour = (decimal)price, Nodes = nodes, Limit = TimeSpan.FromSeconds(seconds) };

        Assert.Equal(decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture), Spending.WorstCase(terms));
    }

    [Fact]
    public void A_number_of_a_signed_request_counts_once_also_when_that_was_rejected_and_is_forgotten_when_its_time_is_over()
    {
        var signed = FirstRequest with { Nonce = new Nonce("ci", new string('a', 32), Start.AddMinutes(10)), Terms = Terms with { Enabled = false } };

        Assert.Equal(LaunchOutcome.Disabled, Ask(signed).Outcome);
        Assert.Equal(LaunchOutcome.NonceUsed, Ask(signed with { Terms = Terms }).Outcome);
        Assert.Equal(LaunchOutcome.Accepted, Ask(signed with { Terms = Terms, Nonce = signed.Nonce with { KeyId = "other" } }).Outcome);
        Assert.False(LaunchStateMachine.UseNonce(_ledger, signed.Nonce, Start).Taken);
        Assert.True(LaunchStateMachine.UseNonce(_ledger, signed.Nonce, Start.AddMinutes(10)).Taken);
    }

    [Fact]
    public void When_no_more_numbers_can_be_remembered_none_is_taken()
    {
        _ledger = _ledger with
        {
            Nonces = [.. Enumerable.Range(0, LaunchStateMachine.MaxNonces).Select(at => new Nonce("ci", $"{at:x32}", Start.AddMinutes(10)))],
        };
        var signed = FirstRequest with { Nonce = new Nonce("ci", new string('f', 32), Start.AddMinutes(10)) };

        Assert.Equal(LaunchOutcome.NoncesFull, Ask(signed).Outcome);
        Assert.Empty(_ledger.Live);
        Assert.Equal(LaunchOutcome.Accepted, Ask(signed, Start.AddMinutes(10)).Outcome);
    }

    [Fact]
    public void While_the_audit_can_not_be_written_nothing_is_launched_and_nothing_handed_out()
    {
        var accepted = Ask(FirstRequest);
        for (var commit = 0; _ledger.Outbox.Count < LaunchStateMachine.MaxUnwrittenRecords; commit++)
        {
            Ask(For(commit) with { Terms = Terms with { Enabled = false } });
        }

        Assert.Equal(LaunchOutcome.AuditAway, Ask(For(9999)).Outcome);
        Assert.Equal(LaunchStateMachine.MaxUnwrittenRecords, _ledger.Outbox.Count);
        Assert.DoesNotContain(LaunchStateMachine.TakeCommands(_ledger, Start).Batch.Commands, command => command.Action == ProviderAction.Submit);

        _ledger = LaunchStateMachine.Withdraw(_ledger, accepted.Launch!.Id, Start);
        Assert.Empty(_ledger.Live);
        Assert.Equal(0, Spending.Now(_ledger, Start).Today);
    }

    [Fact]
    public void While_the_providers_jobs_can_not_be_listed_for_long_nothing_new_is_launched()
    {
        var blind = new ProviderResult { Action = ProviderAction.Reconcile, LaunchId = "", Attempt = 0, Error = ProviderErrorKind.Failed };
        _ledger = LaunchStateMachine.ApplyResult(_ledger, blind, Start);
        var atLast = Start + LaunchStateMachine.MaxListingOutage;
        _ledger = LaunchStateMachine.ApplyResult(_ledger, blind, atLast);
        Assert.Equal(LaunchOutcome.Accepted, Ask(FirstRequest, atLast).Outcome);

        var later = atLast.AddSeconds(1);
        Assert.Equal(LaunchOutcome.ProviderAway, Ask(For(1), later).Outcome);
        Assert.Equal(LaunchOutcome.Duplicate, Ask(FirstRequest, later).Outcome);
        _ledger = _ledger with { Swept = later };
        Assert.Contains(
            LaunchStateMachine.TakeCommands(_ledger, later + LaunchStateMachine.PollInterval).Batch.Commands, command => command.Action == ProviderAction.Reconcile);

        _ledger = LaunchStateMachine.ApplyResult(_ledger, blind with { Error = null }, later);
        Assert.Equal(LaunchOutcome.Accepted, Ask(For(1), later).Outcome);
    }

    [Fact]
    public void Foreign_jobs_count_where_the_policy_says_so_and_nothing_is_launched_while_their_number_is_unknown()
    {
        LaunchRequest Counting(int commit) => For(commit) with { Terms = Terms with { Caps = new LaunchQuota(2, ForeignJobs: true) } };
        var listed = new ProviderResult { Action = ProviderAction.Reconcile, LaunchId = "", Attempt = 0, ForeignJobs = 1 };
        Assert.Equal(LaunchOutcome.ProviderAway, Ask(Counting(1)).Outcome);
        _ledger = LaunchStateMachine.ApplyResult(_ledger, listed, Start);

        Assert.Equal(LaunchOutcome.Accepted, Ask(Counting(1)).Outcome);
        Assert.Equal(LaunchOutcome.CapReached, Ask(Counting(2)).Outcome);
        Assert.Equal(LaunchOutcome.Accepted, Ask(For(2) with { Terms = Terms with { Caps = new LaunchQuota(2) } }).Outcome);

        var atLast = Start + LaunchStateMachine.MaxListingOutage;
        _ledger = LaunchStateMachine.ApplyResult(_ledger, listed with { Error = ProviderErrorKind.Busy, ForeignJobs = 0 }, atLast);
        Assert.Equal(LaunchOutcome.CapReached, Ask(Counting(3), atLast).Outcome);
        Assert.Equal(LaunchOutcome.ProviderAway, Ask(Counting(3), atLast.AddSeconds(1)).Outcome);
    }

    [Theory]
    [InlineData(true, 30)]
    [InlineData(false, 300)]
    public void All_jobs_are_listed_more_often_where_those_of_others_count(bool foreignJobsCount, int seconds)
    {
        bool Sweeps(int after) => LaunchStateMachine.TakeCommands(_ledger with { Swept = Start }, Start.AddSeconds(after), foreignJobsCount)
            .Batch.Commands.Any(command => command.Action == ProviderAction.Reconcile);

        Assert.Equal((false, true), (Sweeps(seconds - 1), Sweeps(seconds)));
    }

    [Fact]
    public void A_launcher_marks_its_jobs_with_its_first_launch_and_knows_none_as_its_own_before_that()
    {
        Assert.Equal("", Assert.Single(LaunchStateMachine.TakeCommands(_ledger, Start).Batch.Commands).Label);
        var (first, second) = (Ask(FirstRequest).Launch!.Id, Ask(For(1)).Launch!.Id);

        Assert.Equal(
            [$"hybrid:{first[^8..]}:{first}:a1", $"hybrid:{first[^8..]}:{second}:a1"], _ledger.Live.Select(live => live.Label));
        Assert.All(_ledger.Live, live => Assert.InRange(live.Label.Length, 1, 63));
        Assert.Equal($"hybrid:{first[^8..]}:", LaunchStateMachine.TakeCommands(_ledger, Start).Batch.Commands[^1].Label);
    }

    [Fact]
    public void Only_the_credential_that_asked_may_cancel()
    {
        var id = Ask(FirstRequest).Launch!.Id;

        Assert.Null(LaunchStateMachine.Cancel(_ledger, id, "other", FirstRequest.Origin, Start).Launch);
        Assert.Null(LaunchStateMachine.Cancel(_ledger, Id(99), "ci", FirstRequest.Origin, Start).Launch);
        Assert.Equal(LaunchVerdict.Cancelled, LaunchStateMachine.Cancel(_ledger, id, "ci", FirstRequest.Origin, Start).Launch!.Verdict);
    }

    [Fact]
    public void An_operator_may_cancel_anybodys_and_the_audit_says_who_it_was()
    {
        var id = Ask(FirstRequest).Launch!.Id;
        var origin = new CallerAddress("192.0.2.7", "192.0.2.7", Operator: "boss");

        (_ledger, var launch) = LaunchStateMachine.Cancel(_ledger, id, credentialId: null, origin, Start);

        Assert.Equal(LaunchVerdict.Cancelled, launch!.Verdict);
        var told = Assert.Single(_ledger.Outbox, record => record.Event == AuditEvent.Cancelled);
        Assert.Equal(("operator boss", "ci", "192.0.2.7"), (told.Reason, told.CredentialId, told.Address));
        Assert.Null(LaunchStateMachine.Cancel(_ledger, Id(99), credentialId: null, origin, Start).Launch);
    }

    private LaunchResult Ask(LaunchRequest request, DateTimeOffset? now = null)
    {
        (_ledger, var answer) = LaunchStateMachine.Launch(_ledger, request, Id(++_launches), now ?? Start);
        return answer;
    }
}
