using System.Text;
using System.Text.Json;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Fakes;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Nimbix.Jarvice;

public sealed class BadAnswers
{
    public static TheoryData<string, int, ProviderTrouble> Statuses() => new()
    {
        { "machines", 400, ProviderTrouble.Refused },
        { "machines", 403, ProviderTrouble.Refused },
        { "machines", 404, ProviderTrouble.NotFound },
        { "machines", 405, ProviderTrouble.Refused },
        { "machines", 408, ProviderTrouble.Failed },
        { "machines", 429, ProviderTrouble.Busy },
        { "machines", 500, ProviderTrouble.Failed },
        { "machines", 501, ProviderTrouble.Failed },
        { "machines", 502, ProviderTrouble.Failed },
        { "machines", 503, ProviderTrouble.Busy },
        { "machines", 204, ProviderTrouble.BadReply },
        { "machines", 302, ProviderTrouble.BadReply },
    };

    public static TheoryData<string> NoNumbers() =>
        ["{}", "[]", "7", "null", "{\"number\": 0}", "{\"number\": -4}", "{\"number\": \"7\"}", "{\"number\": 7.5}", "{\"number\": null}",
            "{\"number\": 99999999999999999999}", "{\"number\": 7, \"number\": 8}", "{\"number\": 7} trailing", "", "{\"number\": 7"];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Statuses))]
    public async Task Every_status_has_its_meaning(string call, int status, ProviderTrouble trouble)
    {
        await using var under = await ProviderUnderTest.StartAsync();
        under.Fake.Faults.Plan(call, Fault.Answers(status, "text/plain", status == 204 ? "" : "plain words"));

        var refused = await Assert.ThrowsAsync<ProviderException>(() => under.Provider.MachinesAsync(default));

        Assert.Equal((ProviderCall.Machines, trouble, status), (refused.Call, refused.Trouble, refused.HttpStatus));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(NoNumbers))]
    public async Task A_submission_is_answered_by_a_positive_whole_number_or_its_outcome_is_unknown(string body)
    {
        await using var under = await ProviderUnderTest.StartAsync();
        under.Fake.Faults.Plan("batch", Fault.Answers(200, "application/json", body));

        var bad = await SubmitFailsAsync(under);

        Assert.Equal((ProviderTrouble.BadReply, true), (bad.Trouble, bad.OutcomeUnknown));
    }

    public static TheoryData<Fault, ProviderTrouble, int> Accepted() => new()
    {
        { Fault.ResetBefore, ProviderTrouble.Unreachable, 0 },
        { Fault.ResetAfter, ProviderTrouble.Unreachable, 1 },
        { Fault.FailsAfter, ProviderTrouble.Failed, 1 },
        { Fault.Truncated, ProviderTrouble.BadReply, 1 },
        { Fault.WrongType, ProviderTrouble.BadReply, 1 },
        { Fault.StringNumbers, ProviderTrouble.BadReply, 1 },
        { Fault.Html, ProviderTrouble.BadReply, 0 },
        { Fault.Huge, ProviderTrouble.BadReply, 0 },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Accepted))]
    public async Task A_submission_of_which_no_number_came_back_is_of_unknown_outcome_and_was_sent_once(
        Fault fault, ProviderTrouble trouble, int started)
    {
        await using var under = await ProviderUnderTest.StartAsync();
        await under.Provider.MachinesAsync(default);
        under.Fake.Faults.Plan("batch", fault);

        var lost = await SubmitFailsAsync(under);

        Assert.Equal((trouble, true), (lost.Trouble, lost.OutcomeUnknown));
        Assert.Equal(started, under.Fake.Jobs.All.Count);
        Assert.Single(under.Fake.Ledger.All, entry => entry.Path.EndsWith("/batch", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_submission_that_a_busy_server_turns_away_is_known_not_to_have_happened()
    {
        await using var under = await ProviderUnderTest.StartAsync();
        under.Fake.Faults.Plan("batch", Fault.Busy);
        under.Fake.Faults.Plan("batch", Fault.OneAtATime);

        foreach (var status in new[] { 503, 429 })
        {
            var busy = await SubmitFailsAsync(under);
            Assert.Equal((ProviderTrouble.Busy, false, status), (busy.Trouble, busy.OutcomeUnknown, busy.HttpStatus));
        }

        Assert.Empty(under.Fake.Jobs.All);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_is_not_answered_ends_at_its_limit_and_one_that_is_cancelled_at_once()
    {
        await using var under = await ProviderUnderTest.StartAsync(options => options with { Timeout = TimeSpan.FromMilliseconds(300) });
        var never = new TaskCompletionSource();
        under.Fake.Faults.Plan("batch", Fault.Delayed(never.Task));
        under.Fake.Faults.Plan("tail", Fault.Delayed(never.Task));

        Assert.Equal(ProviderTrouble.Unreachable, (await SubmitFailsAsync(under)).Trouble);
        using var cancel = new CancellationTokenSource();
        var tail = under.Provider.TailAsync(1000, cancel.Token);
        await cancel.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tail);
        Assert.Null(cancelled.InnerException);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_redirect_is_not_followed_and_the_key_not_sent_again()
    {
        await using var elsewhere = await ProviderUnderTest.StartAsync();
        await using var under = await ProviderUnderTest.StartAsync();
        under.Fake.Faults.Plan("batch", Fault.Redirect(new Uri(elsewhere.Fake.Base, "api/jarvice/batch")));

        var redirected = await SubmitFailsAsync(under);

        Assert.Equal((ProviderTrouble.BadReply, 307), (redirected.Trouble, redirected.HttpStatus));
        Assert.Empty(elsewhere.Fake.Ledger.All);
        Assert.Single(under.Fake.Ledger.All);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("batch")]
    [InlineData("tail")]
    public async Task An_error_that_echoes_the_request_leaves_nothing_of_the_key(string call)
    {
        await using var under = await ProviderUnderTest.StartAsync();
        under.Fake.Faults.Plan(call, Fault.Echo);

        var echoed = await Assert.ThrowsAsync<ProviderException>(() => call == "batch"
            ? under.Provider.SubmitAsync(ProviderUnderTest.Job, default)
            : under.Provider.TailAsync(1000, default));

        var all = $"{echoed} {JsonSerializer.Serialize(echoed.Data)} {echoed.Source} {string.Join('\n', under.Log.All)}";
        Assert.Null(echoed.InnerException);
        Assert.Contains("Refused (HTTP 400)", all, StringComparison.Ordinal);
        Assert.Equal(all, under.Scrubber.Scrub(all));
        Assert.DoesNotContain("127.0.0.1", all, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot take", all, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_console_text_that_is_too_long_is_cut_to_its_end_and_other_replies_are_refused()
    {
        const int most = 100_000;
        await using var under = await ProviderUnderTest.StartAsync(options => options with { LargestText = most });
        under.Fake.Faults.Plan("output", Fault.Huge);
        under.Fake.Faults.Plan("jobs", Fault.Huge);

        var text = await under.Provider.OutputAsync(1000, default).TextAsync();
        var refused = await Assert.ThrowsAsync<ProviderException>(() => under.Provider.JobsAsync(ended: false, default));

        Assert.InRange(text.Length, most - 1024, most);
        Assert.Equal(0, text.Length % 1024);
        Assert.All(text.Split('\n')[..^1], line => Assert.Equal(1023, line.Length));
        Assert.Equal(ProviderTrouble.BadReply, refused.Trouble);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_server_echoes_of_a_submission_is_not_kept()
    {
        await using var under = await ProviderUnderTest.StartAsync();
        await under.Provider.SubmitAsync(ProviderUnderTest.Job, default);
        under.Fake.Faults.Plan("jobs", Fault.ExtraKeys);

        var job = Assert.Single(await under.Provider.JobsAsync(ended: false, default));

        Assert.Equal((ProviderUnderTest.Job.Label, JobState.Running), (job.Label!, job.State));
        var all = JsonSerializer.Serialize(job);
        Assert.Equal(all, under.Scrubber.Scrub(all));
    }

    [Fact(Timeout = 60_000)]
    public async Task Console_text_that_holds_the_key_or_acts_on_terminals_comes_inert()
    {
        var key = ProviderUnderTest.NewKey();
        var inBase64 = Convert.ToBase64String(Encoding.UTF8.GetBytes($"x{key}"));
        await using var under = await ProviderUnderTest.StartAsync(key: key);
        under.Fake.Faults.Plan("output", Fault.Answers(
            200, "text/plain", $"{key}\n{key[..9]}\u001b[0m{key[9..]}\n{Uri.EscapeDataString(key)}\n<script>\u001b[2J\u0007\n{inBase64}\n"));

        var text = await under.Provider.OutputAsync(1000, default).TextAsync();

        Assert.StartsWith("***\n***\n***\n<script>\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(inBase64[3..20], text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Jobs_with_missing_words_are_jobs_and_those_that_vanish_are_bad_replies()
    {
        await using var under = await ProviderUnderTest.StartAsync();
        var number = await under.Provider.SubmitAsync(ProviderUnderTest.Job, default);
        under.Fake.Faults.Plan("status", Fault.MissingKeys);
        under.Fake.Faults.Plan("status", Fault.Vanishes);
        under.Fake.Faults.Plan("status", Fault.StringNumbers);
        under.Fake.Faults.Plan("status", Fault.ClockSkew(TimeSpan.FromHours(-3)));

        Assert.Equal(new JobRecord { Number = number, State = JobState.Unknown }, await under.Provider.StatusAsync(number, default));
        var vanished = await Assert.ThrowsAsync<ProviderException>(() => under.Provider.StatusAsync(number, default));
        Assert.Equal(ProviderTrouble.BadReply, vanished.Trouble);
        var plain = await under.Provider.StatusAsync(number, default);
        Assert.Equal(under.Clock.GetUtcNow(), plain!.StartedAt);
        var skewed = await under.Provider.StatusAsync(number, default);
        Assert.Equal(under.Clock.GetUtcNow().AddHours(-3), skewed!.StartedAt);
    }

    private static Task<ProviderException> SubmitFailsAsync(ProviderUnderTest under) =>
        Assert.ThrowsAsync<ProviderException>(() => under.Provider.SubmitAsync(ProviderUnderTest.Job, default));
}
