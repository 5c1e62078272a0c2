using System.Text.Json;
using OrleansHybrid.Fakes;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Jarvice;

public sealed class JarviceProviderTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static FakeJarviceOptions TenMinutes(FakeJarviceOptions options) => options with
    {
        Script = _ => new JobScript
        {
            QueueDelay = Minute,
            RunLength = 10 * Minute,
            Lines = [.. Enumerable.Range(1, 300).Select(i => (2 * i * TimeSpan.FromSeconds(1), $"line {i}"))],
        },
    };

    [Theory(Timeout = 60_000)]
    [InlineData(SubmitShape.Batch)]
    [InlineData(SubmitShape.Legacy)]
    public async Task A_job_is_followed_from_its_start_to_its_end(object shape)
    {
        await using var under = await JarviceProviderFixture.StartAsync(options => options with { Shape = (SubmitShape)shape }, TenMinutes);
        var provider = under.Provider;

        var number = await provider.SubmitAsync(JarviceProviderFixture.Job, default);
        Assert.Equal(ReportedJobState.Queued, (await provider.StatusAsync(number, default))!.State);
        under.Clock.Advance(2 * Minute);
        var running = await provider.StatusAsync(number, default);
        Assert.Equal((ReportedJobState.Running, under.Clock.GetUtcNow() - Minute), (running!.State, running.StartedAt!.Value));
        Assert.Equal("line 30\n", (await provider.TailAsync(number, default).TextAsync())[^8..]);
        under.Clock.Advance(20 * Minute);

        Assert.Equal(ReportedJobState.Completed, (await provider.StatusAsync(number, default))!.State);
        Assert.Equal(string.Concat(Enumerable.Range(1, 300).Select(i => $"line {i}\n")), await provider.OutputAsync(number, default).TextAsync());
        Assert.Empty(await provider.JobsAsync(ended: false, default));
        var ended = Assert.Single(await provider.JobsAsync(ended: true, default));
        Assert.Equal((number, JarviceProviderFixture.Job.Label, 10 * Minute), (ended.Number, ended.Label!, ended.EndedAt!.Value - ended.StartedAt!.Value));
        Assert.Equal(0.4167m, ended.Cost);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(SubmitShape.Batch)]
    [InlineData(SubmitShape.Legacy)]
    public async Task A_submission_arrives_as_it_was_built(object shape)
    {
        await using var under = await JarviceProviderFixture.StartAsync(options => options with { Shape = (SubmitShape)shape });
        const string script = "printf '%s\\n' \"a 'b' ${HOME} $(date)\" # é\r\n\texit 3\n";

        var number = await under.Provider.SubmitAsync(JarviceProviderFixture.Job with { Script = script, Nodes = 2 }, default);

        var job = Assert.Single(under.Fake.Jobs.All);
        Assert.Equal((number, "library/alpine:3", "ngd3", 2), (job.Number, job.Image, job.Machine, job.Nodes));
        Assert.Equal((JarviceProviderFixture.Job.Label, 90 * Minute), (job.Label, job.Walltime));
        Assert.Equal(script, (SubmitShape)shape == SubmitShape.Batch ? job.ScriptText : Legacy(job.ScriptText));
    }

    [Theory]
    [InlineData(90 * 60, "01:30:00")]
    [InlineData(40 * 60, "00:40:00")]
    [InlineData(59, "00:00:59")]
    [InlineData(0.2, "00:00:01")]
    [InlineData(100 * 3600, "100:00:00")]
    public void A_limit_is_written_in_hours_minutes_and_seconds(double seconds, string text) =>
        Assert.Equal(text, JarviceRequests.WallTime(TimeSpan.FromSeconds(seconds)));

    [Fact(Timeout = 60_000)]
    public async Task Jobs_are_shut_down_while_they_run_and_terminated_in_any_state()
    {
        await using var under = await JarviceProviderFixture.StartAsync(changeFake: TenMinutes);
        var provider = under.Provider;
        var queued = await provider.SubmitAsync(JarviceProviderFixture.Job, default);
        var early = await Assert.ThrowsAsync<ProviderException>(() => provider.ShutdownAsync(queued, default));
        Assert.Equal(ProviderErrorKind.NotFound, early.Kind);
        await provider.TerminateAsync(queued, default);
        Assert.Equal(ReportedJobState.Canceled, (await provider.StatusAsync(queued, default))!.State);

        var running = await provider.SubmitAsync(JarviceProviderFixture.Job, default);
        under.Clock.Advance(2 * Minute);
        await provider.ShutdownAsync(running, default);
        Assert.Equal(ReportedJobState.Running, (await provider.StatusAsync(running, default))!.State);
        under.Clock.Advance(Minute);
        Assert.Equal(ReportedJobState.Completed, (await provider.StatusAsync(running, default))!.State);

        var killed = await provider.SubmitAsync(JarviceProviderFixture.Job, default);
        under.Clock.Advance(2 * Minute);
        await provider.TerminateAsync(killed, default);
        Assert.Equal(ReportedJobState.Terminated, (await provider.StatusAsync(killed, default))!.State);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_that_nobody_knows_is_none_and_texts_of_the_wrong_time_are_not_found()
    {
        await using var under = await JarviceProviderFixture.StartAsync(changeFake: TenMinutes);
        var number = await under.Provider.SubmitAsync(JarviceProviderFixture.Job, default);

        Assert.Null(await under.Provider.StatusAsync(99, default));
        var early = await Assert.ThrowsAsync<ProviderException>(() => under.Provider.OutputAsync(number, default));
        Assert.Equal((ProviderCall.Output, ProviderErrorKind.NotFound, 404), (early.Call, early.Kind, early.HttpStatus));
    }

    [Fact(Timeout = 60_000)]
    public async Task Machines_are_read_with_numbers_and_with_strings()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        MachineType[] machines = [new("n0", 0.1m, 8), new("ngd3", 2.5m, 4)];

        Assert.Equal(machines, await under.Provider.MachinesAsync(default));
        under.Fake.Faults.Plan("machines", Fault.StringNumbers);
        Assert.Equal(machines, await under.Provider.MachinesAsync(default));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("-1")]
    [InlineData("\"-0.5\"")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("1e400")]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[2]")]
    public async Task A_price_that_is_none_is_not_there(string price)
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        under.Fake.Faults.Plan("machines", Fault.Responds(
            200, "application/json", $$$"""{"m": {"mc_price": {{{price}}}, "mc_max_concurrent": {{{price}}} }, "n": {}}"""));

        Assert.Equal([new MachineType("m", null, null), new MachineType("n", null, null)], await under.Provider.MachinesAsync(default));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("SUBMITTED", ReportedJobState.Queued)]
    [InlineData("Sequentially Queued", ReportedJobState.Queued)]
    [InlineData("processing starting", ReportedJobState.Running)]
    [InlineData("COMPLETED", ReportedJobState.Completed)]
    [InlineData("completed with error", ReportedJobState.Failed)]
    [InlineData("Terminated", ReportedJobState.Terminated)]
    [InlineData("canceled", ReportedJobState.Canceled)]
    [InlineData("EXEMPT", ReportedJobState.Unknown)]
    [InlineData("COMPLETED_WITH_ERROR", ReportedJobState.Unknown)]
    [InlineData("", ReportedJobState.Unknown)]
    public async Task States_are_known_by_their_words_in_any_case(string word, ReportedJobState state)
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        var number = await under.Provider.SubmitAsync(JarviceProviderFixture.Job, default);
        under.Fake.Faults.Plan("status", Fault.UnknownStatus(word));

        Assert.Equal(state, (await under.Provider.StatusAsync(number, default))!.State);
    }

    [Fact(Timeout = 60_000)]
    public async Task At_most_four_calls_are_on_their_way()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        var signal = new TaskCompletionSource();
        under.Fake.Faults.Plan("machines", Fault.Delayed(signal.Task), times: 12);

        var calls = Enumerable.Range(0, 12).Select(_ => under.Provider.MachinesAsync(default)).ToList();
        await under.Fake.RequestLog.WaitForInFlightAsync(4);
        signal.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(4, under.Fake.RequestLog.PeakInFlight);
    }

    [Fact(Timeout = 60_000)]
    public async Task Held_jobs_wait_as_submitted()
    {
        var crowded = new FakeAccount(JarviceProviderFixture.User, "another-key", maxRunning: 1);
        await using var under = await JarviceProviderFixture.StartAsync(changeFake: options => TenMinutes(options) with { Accounts = [crowded] }, key: "another-key");

        await under.Provider.SubmitAsync(JarviceProviderFixture.Job, default);
        await under.Provider.SubmitAsync(JarviceProviderFixture.Job, default);
        under.Clock.Advance(5 * Minute);

        Assert.Equal([ReportedJobState.Running, ReportedJobState.Queued], (await under.Provider.JobsAsync(ended: false, default)).Select(job => job.State));
        under.Clock.Advance(60 * Minute);
        Assert.Equal((2, 1200d), (under.Fake.Jobs.PeakLive, under.Fake.Jobs.InstanceSeconds));
        Assert.Equal(2, under.Fake.Jobs.JobsByLabel[JarviceProviderFixture.Job.Label]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_call_goes_by_post_and_none_has_the_key_in_its_address()
    {
        await using var under = await JarviceProviderFixture.StartAsync(changeFake: TenMinutes);
        await AllCallsAsync(under);

        var seen = under.Fake.RequestLog.All;
        Assert.Equal(
            ["batch", "jobs", "machines", "output", "shutdown", "status", "tail", "terminate"],
            seen.Select(entry => entry.Path.Split('/')[^1]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(seen, entry => Assert.Equal(("POST", false, 0), (entry.Method, entry.KeyInUrl, entry.QueryKeys.Count)));
        Assert.All(seen, entry => Assert.StartsWith("/api/jarvice/", entry.Path, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Calls_that_a_server_takes_by_get_only_go_by_get_and_no_others()
    {
        await using var under = await JarviceProviderFixture.StartAsync(
            options => options with { GetFallback = new HashSet<ProviderCall> { ProviderCall.Output, ProviderCall.Jobs } }, TenMinutes);
        await AllCallsAsync(under);

        Assert.All(under.Fake.RequestLog.All, entry => Assert.Equal(
            entry.Path.EndsWith("/output", StringComparison.Ordinal) || entry.Path.EndsWith("/jobs", StringComparison.Ordinal),
            entry.Method == "GET" && entry.KeyInUrl && entry.QueryKeys.Contains("apikey")));
    }

    private static async Task AllCallsAsync(JarviceProviderFixture under)
    {
        var provider = under.Provider;
        await provider.MachinesAsync(default);
        var number = await provider.SubmitAsync(JarviceProviderFixture.Job, default);
        under.Clock.Advance(2 * Minute);
        await provider.StatusAsync(number, default);
        await provider.TailAsync(number, default).TextAsync();
        await provider.JobsAsync(ended: false, default);
        await provider.ShutdownAsync(number, default);
        await provider.TerminateAsync(number, default);
        await provider.OutputAsync(number, default).TextAsync();
        await provider.JobsAsync(ended: true, default);
    }

    private static string Legacy(string command)
    {
        var script = command["bash -c 'eval \"$(echo ".Length..^" | base64 -d)\"'".Length];
        return JsonSerializer.Deserialize<byte[]>($"\"{script}\"") is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : "";
    }
}
