using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>Sandboxes that do what a test says, and tell what is done to them.</summary>
internal sealed class ScriptedSandboxes(TimeProvider? time = null) : ISandboxes
{
    private readonly Channel<ScriptedSandbox> made = Channel.CreateUnbounded<ScriptedSandbox>();

    public string Description => "scripted";

    /// <summary>Prepares each new sandbox before the runner gets it.</summary>
    public Action<ScriptedSandbox> Script { get; set; } = _ => { };

    public ConcurrentQueue<string> Swept { get; } = [];

    public Func<Task> Sweep { get; set; } = () => Task.CompletedTask;

    public Task<ScriptedSandbox> NextAsync() => made.Reader.ReadAsync().AsTask();

    public ISandbox For(TaskOrder order, string sessionId)
    {
        var sandbox = new ScriptedSandbox(order, time ?? TimeProvider.System);
        Script(sandbox);
        made.Writer.TryWrite(sandbox);
        return sandbox;
    }

    public Task SweepAsync(string sessionId, CancellationToken cancel)
    {
        Swept.Enqueue(sessionId);
        return Sweep();
    }
}

/// <summary>One sandbox: each step does as its script says, and at once when it says nothing.</summary>
internal sealed class ScriptedSandbox(TaskOrder order, TimeProvider time) : ISandbox
{
    private readonly TaskCompletionSource<SandboxExit> exit = New<SandboxExit>();
    private readonly TaskCompletionSource<SandboxFiles> created = New<SandboxFiles>();
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource watched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<TimeSpan> stops = Channel.CreateUnbounded<TimeSpan>();
    private LogSink? log;

    public TaskOrder Order => order;

    public Func<CancellationToken, Task> Preparing { get; set; } = _ => Task.CompletedTask;

    public Func<CancellationToken, Task> Starting { get; set; } = _ => Task.CompletedTask;

    /// <summary>Looks at the files, which can be read only then.</summary>
    public Action<SandboxFiles> Creating { get; set; } = _ => { };

    public bool IgnoresTerm { get; set; }

    public bool IsPulling { get; set; }

    public TaskCeilings Ceilings { get; set; } = new(null, null);

    /// <summary>How soon another look is worth it.</summary>
    public TimeSpan? Look { get; set; }

    public TimeSpan? NextLook(TimeSpan quiet) => Look;

    /// <summary>What the next look at the progress gives.</summary>
    public string Progress { get; set; } = "";

    /// <summary>The files it was created with.</summary>
    public Task<SandboxFiles> Created => created.Task;

    public Task Started => started.Task;

    /// <summary>The runner knows that it was started, and waits for its end.</summary>
    public Task Watched => watched.Task;

    public Task Removed => removed.Task;

    /// <summary>The graces of the stops, in order.</summary>
    public Task<TimeSpan> StopAsync() => stops.Reader.ReadAsync().AsTask();

    public void Write(string text, OutputStream stream = OutputStream.Out) => log!(stream, Encoding.UTF8.GetBytes(text));

    public void End(int exitCode, bool outOfMemory = false) => exit.TrySetResult(new SandboxExit(exitCode, outOfMemory));

    public void Break(SandboxException trouble) => exit.TrySetException(trouble);

    public Action WhenLate { get; set; } = () => { };

    public async Task<string?> PrepareAsync(CancellationToken cancel)
    {
        await Preparing(cancel);
        return "sha256:0123";
    }

    public Task CreateAsync(SandboxFiles files, CancellationToken cancel)
    {
        Creating(files);
        created.SetResult(files);
        return Task.CompletedTask;
    }

    public async Task StartAsync(LogSink log, CancellationToken cancel)
    {
        await Starting(cancel);
        this.log = log;
        started.SetResult();
    }

    public Task<SandboxExit> WaitAsync(CancellationToken cancel)
    {
        watched.TrySetResult();
        return exit.Task.WaitAsync(cancel);
    }

    public async Task StopAsync(TimeSpan grace)
    {
        stops.Writer.TryWrite(grace);
        if (!IgnoresTerm && grace > TimeSpan.Zero)
        {
            End(143);
        }

        await Task.WhenAny(exit.Task, Task.Delay(grace, time));
        End(137);
    }

    public Task<string> ReadProgressAsync(CancellationToken cancel, bool last = false)
    {
        var progress = Progress;
        Progress = "";
        return Task.FromResult(progress);
    }

    public ValueTask DisposeAsync()
    {
        removed.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
