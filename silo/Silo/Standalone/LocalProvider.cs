using System.Collections.Concurrent;
using System.Security.Cryptography;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Runner;

namespace OrleansHybrid.Silo.Standalone;

/// <summary>
/// Runs jobs on this machine, in the executors that runners use: to try a policy out before it costs anything. Its jobs end with it.
/// </summary>
internal sealed class LocalProvider(Func<CancellationToken, Task<ScriptRunner>> openHost, SecretRedactor redactor, TimeProvider time)
    : ILaunchProvider, IAsyncDisposable
{
    /// <summary>How many jobs that are over are remembered.</summary>
    public const int MaxEndedJobs = 100;

    private readonly ConcurrentDictionary<long, (LocalJob Job, Task Run)> _jobs = new();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private ScriptRunner? _host;
    private bool _isClosed;

    // Numbers of a later run are higher: none is reused.
    private long _last = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc />
    public async Task<long> SubmitAsync(ProviderJob job, CancellationToken cancellationToken)
    {
        var host = await OpenAsync(cancellationToken);
        RemoveOldest();
        var number = Interlocked.Increment(ref _last);
        var local = new LocalJob(number, job, time);
        _jobs[number] = (local, Task.Run(
            () => local.RunAsync((output, enough) => host.StartAsync(NewId(), job.Image, job.Script, output, enough)), CancellationToken.None));
        return number;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<JobRecord>> JobsAsync(bool ended, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<JobRecord>>(
        [.. _jobs.Values.Where(one => one.Job.IsOver == ended).Select(one => one.Job.Record)]);

    /// <inheritdoc />
    public Task<JobRecord?> StatusAsync(long number, CancellationToken cancellationToken) =>
        Task.FromResult(_jobs.TryGetValue(number, out var one) ? one.Job.Record : null);

    /// <inheritdoc />
    public Task<ReadOnlyMemory<byte>> TailAsync(long number, CancellationToken cancellationToken) => ReadAsync(ProviderCall.Tail, number);

    /// <inheritdoc />
    public Task<ReadOnlyMemory<byte>> OutputAsync(long number, CancellationToken cancellationToken) => ReadAsync(ProviderCall.Output, number);

    /// <inheritdoc />
    public Task ShutdownAsync(long number, CancellationToken cancellationToken) => SendCommandAsync(ProviderCall.Shutdown, number, job => job.RequestStop());

    /// <inheritdoc />
    public Task TerminateAsync(long number, CancellationToken cancellationToken) => SendCommandAsync(ProviderCall.Terminate, number, job => job.Terminate());

    /// <inheritdoc />
    public Task<IReadOnlyList<MachineType>> MachinesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<MachineType>>([]);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync();
        _isClosed = true;
        _opening.Release();
        foreach (var (job, run) in _jobs.Values)
        {
            job.Terminate();
            await run;
            job.Dispose();
        }

        Interlocked.Exchange(ref _host, null)?.Dispose();
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    // An executor that is not there yet may come: the submission is tried again.
    private async Task<ScriptRunner> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _isClosed
                ? throw new ProviderException(ProviderCall.Submit, ProviderErrorKind.Busy)
                : _host ??= await openHost(cancellationToken);
        }
        catch (ScriptException)
        {
            throw new ProviderException(ProviderCall.Submit, ProviderErrorKind.Busy);
        }
        finally
        {
            _opening.Release();
        }
    }

    private void RemoveOldest()
    {
        foreach (var old in _jobs.Where(one => one.Value.Job.IsOver).OrderByDescending(one => one.Key).Skip(MaxEndedJobs))
        {
            _jobs.TryRemove(old);
            old.Value.Job.Dispose();
        }
    }

    private LocalJob Find(ProviderCall call, long number) => _jobs.TryGetValue(number, out var one)
        ? one.Job
        : throw new ProviderException(call, ProviderErrorKind.NotFound, jobNumber: number);

    private Task<ReadOnlyMemory<byte>> ReadAsync(ProviderCall call, long number) =>
        Task.FromResult(redactor.Redact(ConsoleTextSanitizer.Sanitize(Find(call, number).Text)));

    private Task SendCommandAsync(ProviderCall call, long number, Action<LocalJob> command)
    {
        command(Find(call, number));
        return Task.CompletedTask;
    }
}
