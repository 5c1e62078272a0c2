using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Runner;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Standalone;

/// <summary>Jobs of the provider that is this machine, as real child processes.</summary>
public sealed class LocalProviderTests : IAsyncLifetime
{
    private const string Key = "a-secret-of-somebody-else";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-local-");
    private readonly SecretRedactor _redactor = new();
    private LocalProvider _provider = null!;

    public Task InitializeAsync()
    {
        _ = new SecretRegistration(_redactor, System.Text.Encoding.ASCII.GetBytes(Key));
        _provider = Open(TimeProvider.System);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _provider.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_runs_and_its_text_is_inert_and_without_secrets()
    {
        var number = await _provider.SubmitAsync(Job($"printf 'one\\n\\033[31mtwo\\033[0m\\n'; echo {Key}; sleep 0.5; echo three >&2"), default);
        var record = await WaitForEndAsync(_provider, number);

        Assert.Equal(ReportedJobState.Completed, record.State);
        Assert.True(record.StartedAt <= record.EndedAt);
        Assert.Equal("one\ntwo\n***\nthree\n", await _provider.OutputAsync(number, default).TextAsync());
        Assert.Equal([record], await _provider.JobsAsync(ended: true, default));
        Assert.Equal("hybrid:1:a1", record.Label);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_that_fails_has_failed()
    {
        var number = await _provider.SubmitAsync(Job("exit 3"), default);

        Assert.Equal(ReportedJobState.Failed, (await WaitForEndAsync(_provider, number)).State);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_is_asked_to_end_or_ended(bool asked)
    {
        var number = await _provider.SubmitAsync(Job("trap 'echo asked; exit 0' TERM; echo ready; while :; do read -t 1 <> <(:) || :; done"), default);
        await TextAsync(_provider, number, "ready");

        await (asked ? _provider.ShutdownAsync(number, default) : _provider.TerminateAsync(number, default));

        Assert.Equal(ReportedJobState.Terminated, (await WaitForEndAsync(_provider, number)).State);
        Assert.Equal(asked ? "ready\nasked\n" : "ready\n", await _provider.OutputAsync(number, default).TextAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_that_ignores_the_shutdown_request_is_terminated()
    {
        var number = await _provider.SubmitAsync(Job("trap '' TERM; echo ready; while :; do sleep 1; done"), default);
        await TextAsync(_provider, number, "ready");

        await _provider.ShutdownAsync(number, default);
        await _provider.TerminateAsync(number, default);

        Assert.Equal(ReportedJobState.Terminated, (await WaitForEndAsync(_provider, number)).State);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_ends_at_its_limit()
    {
        var time = new ManualTimeProvider();
        await using var provider = Open(time);
        var number = await provider.SubmitAsync(Job("echo ready; sleep 1000"), default);
        await TextAsync(provider, number, "ready");

        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(ReportedJobState.Terminated, (await WaitForEndAsync(provider, number)).State);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_a_flood_of_text_the_end_is_kept_from_the_start_of_a_line()
    {
        var number = await _provider.SubmitAsync(Job("seq 1 400000; echo last"), default);
        await WaitForEndAsync(_provider, number);

        var text = await _provider.OutputAsync(number, default).TextAsync();
        Assert.InRange(text.Length, LocalJob.MaxTextBytes - 8, LocalJob.MaxTextBytes);
        Assert.EndsWith("399999\n400000\nlast\n", text, StringComparison.Ordinal);
        Assert.Equal(text.Split('\n')[1], $"{int.Parse(text.Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture) + 1}");
    }

    [Fact(Timeout = 60_000)]
    public async Task Jobs_end_with_the_provider_and_are_unknown_to_the_next_one()
    {
        var number = await _provider.SubmitAsync(Job("echo ready; sleep 1000"), default);
        await TextAsync(_provider, number, "ready");
        await _provider.DisposeAsync();
        await using var next = Open(TimeProvider.System);

        Assert.Null(await next.StatusAsync(number, default));
        Assert.Empty(await next.JobsAsync(ended: false, default));
        Assert.True(await next.SubmitAsync(Job("true"), default) > number);
        Assert.Equal(ProviderErrorKind.NotFound, (await Assert.ThrowsAsync<ProviderException>(() => next.TailAsync(number, default))).Kind);
        Assert.Equal(
            ProviderErrorKind.Busy, (await Assert.ThrowsAsync<ProviderException>(() => _provider.SubmitAsync(Job("true"), default))).Kind);
    }

    private static ProviderJob Job(string script) => new("hybrid:1:a1", "any", script, "any", 1, TimeSpan.FromMinutes(1));

    private static async Task<JobRecord> WaitForEndAsync(LocalProvider provider, long number)
    {
        while (true)
        {
            if (await provider.StatusAsync(number, default) is { EndedAt: not null } over)
            {
                return over;
            }

            await Task.Yield();
        }
    }

    private static async Task TextAsync(LocalProvider provider, long number, string text)
    {
        while (!(await provider.TailAsync(number, default).TextAsync()).Contains(text, StringComparison.Ordinal))
        {
            await Task.Yield();
        }
    }

    private LocalProvider Open(TimeProvider time) => new(
        cancellationToken => ScriptRunner.OpenAsync(ExecutorKind.Process, _folder.FullName, NullLoggerFactory.Instance, cancellationToken), _redactor, time);
}
