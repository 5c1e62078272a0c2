using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner;
using OrleansHybrid.Runner.Sealing;

namespace OrleansHybrid.Silo.SingleProcess;

/// <summary>A runner in this process, whose tasks the control plane's own silo executes. It speaks to the control plane over HTTP on loopback, as any other does.</summary>
internal sealed class LocalRunner : IAsyncDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _handBack = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly Task<int> _life;

    public LocalRunner(RunnerOptions options, IServiceProvider silo) => _life = RunnerProcess.RunAsync(
        options,
        silo,
        new RunnerSignals { Drain = _drain.Token, HandBack = _handBack.Token, Kill = _kill.Token });

    /// <summary>Its end, with the exit code.</summary>
    public Task<int> Life => _life;

    /// <summary>What a runner in this process is told.</summary>
    public static RunnerOptions Options(Connection connection, RunnerWishes wishes, string stateFolder) => new()
    {
        ClusterId = connection.ClusterId,
        ClusterToken = connection.ClusterToken,
        ApiUrl = new Uri(connection.Url),
        Seals = wishes.Keys is { } keys ? new SealPolicy(keys, SealForms.All, SignedOnly: false) : null,
        Slots = wishes.Slots,
        Executor = wishes.Executor,
        StateDirectory = stateFolder,
    };

    /// <summary>Claims no more, finishes what runs.</summary>
    public Task<int> DrainAsync() => EndAsync(_drain);

    /// <summary>Stops what runs and hands it back.</summary>
    public Task<int> HandBackAsync() => EndAsync(_handBack);

    /// <summary>Ends as a crash would.</summary>
    public Task<int> KillAsync() => EndAsync(_kill);

    public async ValueTask DisposeAsync()
    {
        await HandBackAsync();
        _drain.Dispose();
        _handBack.Dispose();
        _kill.Dispose();
    }

    private async Task<int> EndAsync(CancellationTokenSource signal)
    {
        await signal.CancelAsync();
        return await _life;
    }
}

/// <summary>What a person asked of the runner in this process.</summary>
internal sealed record RunnerWishes(ExecutorKind Executor, int Slots, DecryptionKeys? Keys, string Notice = "");
