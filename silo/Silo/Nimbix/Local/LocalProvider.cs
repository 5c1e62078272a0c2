using System.Collections.Concurrent;
using System.Security.Cryptography;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Runner;
using OrleansHybrid.Silo.Nimbix.Jarvice;
using OrleansHybrid.Silo.Nimbix.Keys;

namespace OrleansHybrid.Silo.Nimbix.Local;

/// <summary>
/// Runs jobs on this machine, in the executors that runners use: to try a policy out before it costs anything. Its jobs end with it.
/// </summary>
internal sealed class LocalProvider(Func<CancellationToken, Task<ScriptHost>> open, Scrubber scrubber, TimeProvider time)
    : ILaunchProvider, IAsyncDisposable
{
    /// <summary>How many jobs that are over are remembered.</summary>
    public const int MostEnded = 100;

    private readonly ConcurrentDictionary<long, (LocalJob Job, Task Run)> _jobs = new();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private ScriptHost? _host;
    private bool _isClosed;

    // Numbers of a later life are higher: none means another job than before.
    private long _last = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc />
    public async Task<long> SubmitAsync(ProviderJob job, CancellationToken cancellationToken)
    {
        var host = await OpenAsync(cancellationToken);
        Forget();
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
    public Task ShutdownAsync(long number, CancellationToken cancellationToken) => OrderAsync(ProviderCall.Shutdown, number, job => job.Ask());

    /// <inheritdoc />
    public Task TerminateAsync(long number, CancellationToken cancellationToken) => OrderAsync(ProviderCall.Terminate, number, job => job.End());

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
            job.End();
            await run;
            job.Dispose();
        }

        Interlocked.Exchange(ref _host, null)?.Dispose();
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    // An executor that is not there yet may come: the submission is tried again.
    private async Task<ScriptHost> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _isClosed
                ? throw new ProviderException(ProviderCall.Submit, ProviderTrouble.Busy)
                : _host ??= await open(cancellationToken);
        }
        catch (ScriptException)
        {
            throw new ProviderException(ProviderCall.Submit, ProviderTrouble.Busy);
        }
        finally
        {
            _opening.Release();
        }
    }

    private void Forget()
    {
        foreach (var old in _jobs.Where(one => one.Value.Job.IsOver).OrderByDescending(one => one.Key).Skip(MostEnded))
        {
            _jobs.TryRemove(old);
            old.Value.Job.Dispose();
        }
    }

    private LocalJob Find(ProviderCall call, long number) => _jobs.TryGetValue(number, out var one)
        ? one.Job
        : throw new ProviderException(call, ProviderTrouble.NotFound, jobNumber: number);

    private Task<ReadOnlyMemory<byte>> ReadAsync(ProviderCall call, long number) =>
        Task.FromResult(scrubber.Scrub(InertText.Of(Find(call, number).Text)));

    private Task OrderAsync(ProviderCall call, long number, Action<LocalJob> order)
    {
        order(Find(call, number));
        return Task.CompletedTask;
    }
}
