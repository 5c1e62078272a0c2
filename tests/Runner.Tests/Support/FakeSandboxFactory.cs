using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>Sandboxes that do what a test says, and tell what is done to them.</summary>
internal sealed class FakeSandboxFactory(TimeProvider? time = null) : ISandboxFactory
{
    private readonly Channel<FakeSandbox> _made = Channel.CreateUnbounded<FakeSandbox>();

    public string Description => "scripted";

    /// <summary>Prepares each new sandbox before the runner gets it.</summary>
    public Action<FakeSandbox> Configure { get; set; } = _ => { };

    public ConcurrentQueue<string> Swept { get; } = [];

    public Func<Task> Sweep { get; set; } = () => Task.CompletedTask;

    public Task<FakeSandbox> NextAsync() => _made.Reader.ReadAsync().AsTask();

    public ISandbox Create(TaskAssignment order, string sessionId)
    {
        var sandbox = new FakeSandbox(order, time ?? TimeProvider.System);
        Configure(sandbox);
        _made.Writer.TryWrite(sandbox);
        return sandbox;
    }

    public Task RemoveOrphansAsync(string sessionId, CancellationToken cancellationToken)
    {
        Swept.Enqueue(sessionId);
        return Sweep();
    }
}

/// <summary>One sandbox: each step does as its script says, and at once when it says nothing.</summary>
internal sealed class FakeSandbox(TaskAssignment order, TimeProvider time) : ISandbox
{
    private readonly TaskCompletionSource<SandboxExit> _exit = New<SandboxExit>();
    private readonly TaskCompletionSource<SandboxFiles> _created = New<SandboxFiles>();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _watched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<TimeSpan> _stops = Channel.CreateUnbounded<TimeSpan>();
    private TaskLogWriter? _log;

    public TaskAssignment Order => order;

    public Func<CancellationToken, Task> OnPrepare { get; set; } = _ => Task.CompletedTask;

    public Func<CancellationToken, Task> OnStart { get; set; } = _ => Task.CompletedTask;

    /// <summary>Looks at the files, which can be read only then.</summary>
    public Action<SandboxFiles> OnCreate { get; set; } = _ => { };

    public bool IgnoresTerm { get; set; }

    public bool IsPulling { get; set; }

    public TaskLimits Limits { get; set; } = new(null, null);

    /// <summary>How soon another look is worth it.</summary>
    public TimeSpan? ProgressPollDelay { get; set; }

    public TimeSpan? GetProgressPollDelay(TimeSpan quiet) => ProgressPollDelay;

    /// <summary>The content that the next read of the progress returns.</summary>
    public string Progress { get; set; } = "";

    /// <summary>The files it was created with.</summary>
    public Task<SandboxFiles> Created => _created.Task;

    public Task Started => _started.Task;

    /// <summary>The runner knows that it was started, and waits for its end.</summary>
    public Task ExitAwaited => _watched.Task;

    public Task Removed => _removed.Task;

    /// <summary>The graces of the stops, in order.</summary>
    public Task<TimeSpan> StopAsync() => _stops.Reader.ReadAsync().AsTask();

    public void Write(string text, OutputStream stream = OutputStream.Out) => _log!(stream, Encoding.UTF8.GetBytes(text));

    public void End(int exitCode, bool outOfMemory = false) => _exit.TrySetResult(new SandboxExit(exitCode, outOfMemory));

    public void Fail(SandboxException trouble) => _exit.TrySetException(trouble);

    public Action OnDelayed { get; set; } = () => { };

    public async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        await OnPrepare(cancellationToken);
        return "sha256:0123";
    }

    public Task CreateAsync(SandboxFiles files, CancellationToken cancellationToken)
    {
        OnCreate(files);
        _created.SetResult(files);
        return Task.CompletedTask;
    }

    public async Task StartAsync(TaskLogWriter log, CancellationToken cancellationToken)
    {
        await OnStart(cancellationToken);
        this._log = log;
        _started.SetResult();
    }

    public Task<SandboxExit> WaitAsync(CancellationToken cancellationToken)
    {
        _watched.TrySetResult();
        return _exit.Task.WaitAsync(cancellationToken);
    }

    public async Task StopAsync(TimeSpan grace)
    {
        _stops.Writer.TryWrite(grace);
        if (!IgnoresTerm && grace > TimeSpan.Zero)
        {
            End(143);
        }

        await Task.WhenAny(_exit.Task, Task.Delay(grace, time));
        End(137);
    }

    public Task<string> ReadProgressAsync(CancellationToken cancellationToken, bool last = false)
    {
        var progress = Progress;
        Progress = "";
        return Task.FromResult(progress);
    }

    public ValueTask DisposeAsync()
    {
        _removed.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
