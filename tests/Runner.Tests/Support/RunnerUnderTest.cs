using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Link;
using Orleans.Hybrid.Runner.State;

namespace Orleans.Hybrid.Runner.Tests.Support;

/// <summary>A real runner with the real client, between a fake control plane and scripted sandboxes.</summary>
internal sealed class RunnerUnderTest : IAsyncDisposable
{
    private readonly CancellationTokenSource drain = new();
    private readonly CancellationTokenSource handBack = new();
    private readonly CancellationTokenSource kill = new();
    private readonly StateFolder state;
    private readonly HttpControlPlane link;

    public RunnerUnderTest(
        FakeControlPlane plane,
        ISandboxes sandboxes,
        string folder,
        TimeProvider? time = null,
        Func<RunnerOptions, RunnerOptions>? options = null,
        ILoggerFactory? loggers = null)
    {
        var defaults = new RunnerOptions
        {
            ClusterId = "0123456789abcdef01234567",
            ClusterToken = FakeControlPlane.ClusterToken,
            ApiUrl = plane.Address,
            Slots = 2,
            Name = "under-test",
        };
        state = StateFolder.Open(folder, defaults.ClusterId);
        link = new HttpControlPlane(plane.Address, TimeProvider.System);
        var life = new RunnerLife(options?.Invoke(defaults) ?? defaults, new Surroundings
        {
            Link = link,
            Sandboxes = sandboxes,
            State = state,
            Time = time ?? TimeProvider.System,
            Chance = new Random(7),
            Loggers = loggers ?? NullLoggerFactory.Instance,
            Mischief = 7,
        });
        Exit = life.RunAsync(new RunnerSignals { Drain = drain.Token, HandBack = handBack.Token, Kill = kill.Token });
    }

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Exit { get; }

    public Task DrainAsync() => drain.CancelAsync();

    public Task HandBackAsync() => handBack.CancelAsync();

    public async Task<int> KillAsync()
    {
        await kill.CancelAsync();
        var exitCode = await Exit;
        link.Dispose();
        state.Dispose();
        return exitCode;
    }

    public async ValueTask DisposeAsync() => await KillAsync();
}
