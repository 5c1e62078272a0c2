using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Executors;
using Orleans.Hybrid.Runner.State;

namespace Orleans.Hybrid.Runner.Tests.Support;

/// <summary>
/// A real runner with the real client, between a fake control plane and scripted sandboxes; on an engine of its own unless it is given
/// one.
/// </summary>
internal sealed class RunnerUnderTest : IAsyncDisposable
{
    private readonly CancellationTokenSource drain = new();
    private readonly CancellationTokenSource handBack = new();
    private readonly CancellationTokenSource kill = new();
    private readonly StateFolder state;
    private readonly IExecutorEngine? engine;

    public RunnerUnderTest(
        FakeControlPlane plane,
        ISandboxes sandboxes,
        string folder,
        TimeProvider? time = null,
        Func<RunnerOptions, RunnerOptions>? options = null,
        ILoggerFactory? loggers = null,
        IExecutorEngine? engine = null)
    {
        this.engine = engine;
        var defaults = new RunnerOptions
        {
            ClusterId = "0123456789abcdef01234567",
            ClusterToken = FakeControlPlane.ClusterToken,
            ApiUrl = plane.Address,
            Slots = 2,
            Name = "under-test",
            MinFreeDisk = 0,
        };
        state = StateFolder.Open(folder, defaults.ClusterId);
        Exit = LiveAsync(
            options?.Invoke(defaults) ?? defaults, sandboxes, time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance);
    }

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Exit { get; }

    public Task DrainAsync() => drain.CancelAsync();

    public Task HandBackAsync() => handBack.CancelAsync();

    public async Task<int> KillAsync()
    {
        await kill.CancelAsync();
        var exitCode = await Exit;
        state.Dispose();
        return exitCode;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<int> LiveAsync(
        RunnerOptions options, ISandboxes sandboxes, TimeProvider time, ILoggerFactory loggers)
    {
        await using var own = engine is null ? await Engines.StartAsync(loggers) : null;
        var home = engine ?? own!;
        var link = home.Link(options);
        using var connections = link as IDisposable;
        var life = new RunnerLife(options, new Surroundings
        {
            Link = link,
            Sandboxes = sandboxes,
            State = state,
            Time = time,
            Chance = new Random(7),
            Loggers = loggers,
            Engine = home,
        });
        return await life.RunAsync(
            new RunnerSignals { Drain = drain.Token, HandBack = handBack.Token, Kill = kill.Token });
    }
}
