using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner;
using OrleansHybrid.Runner.Sealing;

namespace OrleansHybrid.Silo.Standalone;

/// <summary>A runner in this process, whose tasks the control plane's own silo executes. It calls the control plane over HTTP on loopback, as any other does.</summary>
internal sealed class LocalRunner : IAsyncDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _requeue = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly Task<int> _completion;

    public LocalRunner(RunnerOptions options, IServiceProvider silo) => _completion = RunnerHost.RunAsync(
        options,
        silo,
        new RunnerSignals { Drain = _drain.Token, Requeue = _requeue.Token, Kill = _kill.Token });

    /// <summary>Its end, with the exit code.</summary>
    public Task<int> Completion => _completion;

    /// <summary>The options of a runner in this process.</summary>
    public static RunnerOptions Options(ConnectionDetails connection, LocalRunnerOptions runnerOptions, string stateFolder) => new()
    {
        ClusterId = connection.ClusterId,
        ClusterToken = connection.ClusterToken,
        ApiUrl = new Uri(connection.Url),
        SealPolicy = runnerOptions.Keys is { } keys ? new SealPolicy(keys, SealFormats.All, SignedOnly: false) : null,
        Slots = runnerOptions.Slots,
        Executor = runnerOptions.Executor,
        StateDirectory = stateFolder,
    };

    /// <summary>Claims no more, finishes what runs.</summary>
    public Task<int> DrainAsync() => EndAsync(_drain);

    /// <summary>Stops its tasks and releases them.</summary>
    public Task<int> RequeueAsync() => EndAsync(_requeue);

    /// <summary>Ends as a crash would.</summary>
    public Task<int> KillAsync() => EndAsync(_kill);

    public async ValueTask DisposeAsync()
    {
        await RequeueAsync();
        _drain.Dispose();
        _requeue.Dispose();
        _kill.Dispose();
    }

    private async Task<int> EndAsync(CancellationTokenSource signal)
    {
        await signal.CancelAsync();
        return await _completion;
    }
}

/// <summary>The user's options for the runner in this process.</summary>
internal sealed record LocalRunnerOptions(ExecutorKind Executor, int Slots, DecryptionKeys? Keys, string Notice = "");
