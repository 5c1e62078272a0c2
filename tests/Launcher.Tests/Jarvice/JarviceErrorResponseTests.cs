using System.Text;
using System.Text.Json;
using OrleansHybrid.Fakes;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Jarvice;

public sealed class JarviceErrorResponseTests
{
    public static TheoryData<string, int, ProviderErrorKind> Statuses() => new()
    {
        { "machines", 400, ProviderErrorKind.Refused },
        { "machines", 403, ProviderErrorKind.Refused },
        { "machines", 404, ProviderErrorKind.NotFound },
        { "machines", 405, ProviderErrorKind.Refused },
        { "machines", 408, ProviderErrorKind.Failed },
        { "machines", 429, ProviderErrorKind.Busy },
        { "machines", 500, ProviderErrorKind.Failed },
        { "machines", 501, ProviderErrorKind.Failed },
        { "machines", 502, ProviderErrorKind.Failed },
        { "machines", 503, ProviderErrorKind.Busy },
        { "machines", 204, ProviderErrorKind.BadReply },
        { "machines", 302, ProviderErrorKind.BadReply },
    };

    public static TheoryData<string> NoNumbers() =>
        ["{}", "[]", "7", "null", "{\"number\": 0}", "{\"number\": -4}", "{\"number\": \"7\"}", "{\"number\": 7.5}", "{\"number\": null}",
            "{\"number\": 99999999999999999999}", "{\"number\": 7, \"number\": 8}", "{\"number\": 7} trailing", "", "{\"number\": 7"];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Statuses))]
    public async Task Every_status_has_its_meaning(string call, int status, ProviderErrorKind trouble)
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        under.Fake.Faults.Plan(call, Fault.Responds(status, "text/plain", status == 204 ? "" : "plain words"));

        var refused = await Assert.ThrowsAsync<ProviderException>(() => under.Provider.MachinesAsync(default));

        Assert.Equal((ProviderCall.Machines, trouble, status), (refused.Call, refused.Kind, refused.HttpStatus));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(NoNumbers))]
    public async Task A_submission_is_answered_by_a_positive_whole_number_or_its_outcome_is_unknown(string body)
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        under.Fake.Faults.Plan("batch", Fault.Responds(200, "application/json", body));

        var bad = await SubmitFailsAsync(under);

        Assert.Equal((ProviderErrorKind.BadReply, true), (bad.Kind, bad.OutcomeUnknown));
    }

    public static TheoryData<Fault, ProviderErrorKind, int> Accepted() => new()
    {
        { Fault.ResetBefore, ProviderErrorKind.Unreachable, 0 },
        { Fault.ResetAfter, ProviderErrorKind.Unreachable, 1 },
        { Fault.FailsAfter, ProviderErrorKind.Failed, 1 },
        { Fault.Truncated, ProviderErrorKind.BadReply, 1 },
        { Fault.WrongType, ProviderErrorKind.BadReply, 1 },
        { Fault.StringNumbers, ProviderErrorKind.BadReply, 1 },
        { Fault.Html, ProviderErrorKind.BadReply, 0 },
        { Fault.Huge, ProviderErrorKind.BadReply, 0 },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Accepted))]
    public async Task A_submission_of_which_no_number_came_back_is_of_unknown_outcome_and_was_sent_once(
        Fault fault, ProviderErrorKind trouble, int started)
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        await under.Provider.MachinesAsync(default);
        under.Fake.Faults.Plan("batch", fault);

        var lost = await SubmitFailsAsync(under);

        Assert.Equal((trouble, true), (lost.Kind, lost.OutcomeUnknown));
        Assert.Equal(started, under.Fake.Jobs.All.Count);
        Assert.Single(under.Fake.RequestLog.All, entry => entry.Path.EndsWith("/batch", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_submission_that_a_busy_server_turns_away_is_known_not_to_have_happened()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        under.Fake.Faults.Plan("batch", Fault.Busy);
        under.Fake.Faults.Plan("batch", Fault.OneAtATime);

        foreach (var status in new[] { 503, 429 })
        {
            var busy = await SubmitFailsAsync(under);
            Assert.Equal((ProviderErrorKind.Busy, false, status), (busy.Kind, busy.OutcomeUnknown, busy.HttpStatus));
        }

        Assert.Empty(under.Fake.Jobs.All);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_is_not_answered_ends_at_its_limit_and_one_that_is_cancelled_at_once()
    {
        await using var under = await JarviceProviderFixture.StartAsync(options => options with { Timeout = TimeSpan.FromMilliseconds(300) });
        var never = new TaskCompletionSource();
        under.Fake.Faults.Plan("batch", Fault.Delayed(never.Task));
        under.Fake.Faults.Plan("tail", Fault.Delayed(never.Task));

        Assert.Equal(ProviderErrorKind.Unreachable, (await SubmitFailsAsync(under)).Kind);
        using var cancel = new CancellationTokenSource();
        var tail = under.Provider.TailAsync(1000, cancel.Token);
        await cancel.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tail);
        Assert.Null(cancelled.InnerException);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_redirect_is_not_followed_and_the_key_not_sent_again()
    {
        await using var elsewhere = await JarviceProviderFixture.StartAsync();
        await using var under = await JarviceProviderFixture.StartAsync();
        under.Fake.Faults.Plan("batch", Fault.Redirect(new Uri(elsewhere.Fake.BaseUrl, "api/jarvice/batch")));

        var redirected = await SubmitFailsAsync(under);

        Assert.Equal((ProviderErrorKind.BadReply, 307), (redirected.Kind, redirected.HttpStatus));
        Assert.Empty(elsewhere.Fake.RequestLog.All);
        Assert.Single(under.Fake.RequestLog.All);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("batch")]
    [InlineData("tail")]
    public async Task An_error_that_echoes_the_request_leaves_nothing_of_the_key(string call)
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        under.Fake.Faults.Plan(call, Fault.Echo);

        var echoed = await Assert.ThrowsAsync<ProviderException>(() => call == "batch"
            ? under.Provider.SubmitAsync(JarviceProviderFixture.Job, default)
            : under.Provider.TailAsync(1000, default));

        var all = $"{echoed} {JsonSerializer.Serialize(echoed.Data)} {echoed.Source} {string.Join('\n', under.Log.All)}";
        Assert.Null(echoed.InnerException);
        Assert.Contains("Refused (HTTP 400)", all, StringComparison.Ordinal);
        Assert.Equal(all, under.Redactor.Redact(all));
        Assert.DoesNotContain("127.0.0.1", all, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot take", all, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_console_text_that_is_too_long_is_cut_to_its_end_and_other_replies_are_rejected()
    {
        const int most = 100_000;
        await using var under = await JarviceProviderFixture.StartAsync(options => options with { MaxTextBytes = most });
        under.Fake.Faults.Plan("output", Fault.Huge);
        under.Fake.Faults.Plan("jobs", Fault.Huge);

        var text = await under.Provider.OutputAsync(1000, default).TextAsync();
        var refused = await Assert.ThrowsAsync<ProviderException>(() => under.Provider.JobsAsync(ended: false, default));

        Assert.InRange(text.Length, most - 1024, most);
        Assert.Equal(0, text.Length % 1024);
        Assert.All(text.Split('\n')[..^1], line => Assert.Equal(1023, line.Length));
        Assert.Equal(ProviderErrorKind.BadReply, refused.Kind);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_echo_of_a_submission_is_not_kept()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        await under.Provider.SubmitAsync(JarviceProviderFixture.Job, default);
        under.Fake.Faults.Plan("jobs", Fault.ExtraKeys);

        var job = Assert.Single(await under.Provider.JobsAsync(ended: false, default));

        Assert.Equal((JarviceProviderFixture.Job.Label, ReportedJobState.Running), (job.Label!, job.State));
        var all = JsonSerializer.Serialize(job);
        Assert.Equal(all, under.Redactor.Redact(all));
    }

    [Fact(Timeout = 60_000)]
    public async Task Console_text_that_holds_the_key_or_acts_on_terminals_comes_inert()
    {
        var key = JarviceProviderFixture.NewKey();
        var inBase64 = Convert.ToBase64String(Encoding.UTF8.GetBytes($"x{key}"));
        await using var under = await JarviceProviderFixture.StartAsync(key: key);
        under.Fake.Faults.Plan("output", Fault.Responds(
            200, "text/plain", $"{key}\n{key[..9]}\u001b[0m{key[9..]}\n{Uri.EscapeDataString(key)}\n<script>\u001b[2J\u0007\n{inBase64}\n"));

        var text = await under.Provider.OutputAsync(1000, default).TextAsync();

        Assert.StartsWith("***\n***\n***\n<script>\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(inBase64[3..20], text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Jobs_with_missing_words_are_jobs_and_those_that_vanish_are_bad_replies()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        var number = await under.Provider.SubmitAsync(JarviceProviderFixture.Job, default);
        under.Fake.Faults.Plan("status", Fault.MissingKeys);
        under.Fake.Faults.Plan("status", Fault.Vanishes);
        under.Fake.Faults.Plan("status", Fault.StringNumbers);
        under.Fake.Faults.Plan("status", Fault.ClockSkew(TimeSpan.FromHours(-3)));

        Assert.Equal(new JobRecord { Number = number, State = ReportedJobState.Unknown }, await under.Provider.StatusAsync(number, default));
        var vanished = await Assert.ThrowsAsync<ProviderException>(() => under.Provider.StatusAsync(number, default));
        Assert.Equal(ProviderErrorKind.BadReply, vanished.Kind);
        var plain = await under.Provider.StatusAsync(number, default);
        Assert.Equal(under.Clock.GetUtcNow(), plain!.StartedAt);
        var skewed = await under.Provider.StatusAsync(number, default);
        Assert.Equal(under.Clock.GetUtcNow().AddHours(-3), skewed!.StartedAt);
    }

    private static Task<ProviderException> SubmitFailsAsync(JarviceProviderFixture under) =>
        Assert.ThrowsAsync<ProviderException>(() => under.Provider.SubmitAsync(JarviceProviderFixture.Job, default));
}
