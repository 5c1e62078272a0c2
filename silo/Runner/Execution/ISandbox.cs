using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Primitives.Archives;

namespace OrleansHybrid.Runner.Execution;

/// <summary>The sandbox of one task's program: a container, or a child process.</summary>
internal interface ISandbox : IAsyncDisposable
{
    /// <summary>Limits of this task besides the sandbox, instead of those of every task.</summary>
    TaskLimits Limits => new(null, null);

    /// <summary>Makes the program available: pulls the image when it is absent. Throws <see cref="SandboxException"/>.</summary>
    Task<string?> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>True while <see cref="PrepareAsync"/> really fetches something, rather than looking whether it is there.</summary>
    bool IsPulling => false;

    /// <summary>Called when it does not come at the first try and is tried for again after a pause, which may be long.</summary>
    Action OnDelayed
    {
        set { }
    }

    /// <summary>Creates the sandbox, stopped, with <paramref name="files"/> in the task's directory.</summary>
    Task CreateAsync(SandboxFiles files, CancellationToken cancellationToken);

    /// <summary>Starts the program; its output goes to <paramref name="log"/> in arrival order until it ends.</summary>
    Task StartAsync(TaskLogWriter log, CancellationToken cancellationToken);

    /// <summary>Ends when the program has ended and all its output was delivered.</summary>
    Task<SandboxExit> WaitAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Asks the program to end (TERM), and kills it (KILL) when it has not ended after <paramref name="grace"/>. Called
    /// again while it waits, the shorter grace counts. Never throws: failures show in <see cref="WaitAsync"/>.
    /// </summary>
    Task StopAsync(TimeSpan grace);

    /// <summary>
    /// The progress lines written since the last call, newest last; empty when there are none. When it is the <paramref name="last"/> call,
    /// a line without its end counts as well.
    /// </summary>
    Task<string> ReadProgressAsync(CancellationToken cancellationToken, bool last = false);

    /// <summary>
    /// The delay until progress is polled again, when nothing new has come for so long; null for the longest
    /// delay allowed.
    /// </summary>
    TimeSpan? GetProgressPollDelay(TimeSpan unchangedFor) => null;
}

/// <summary>Most wall time in seconds, and most bytes of log; null for what holds for every task.</summary>
internal sealed record TaskLimits(int? TimeoutSeconds, long? LogBytes);

/// <summary>Makes sandboxes of one kind.</summary>
internal interface ISandboxFactory
{
    /// <summary>The kind as text: <c>docker 20.10.24</c>, <c>process</c>.</summary>
    string Description { get; }

    /// <summary>
    /// A folder of this host on the disk to which sandboxes write; null when none is visible. Throws
    /// <see cref="SandboxException"/> when it is not known yet.
    /// </summary>
    Task<string?> FindStorageFolderAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Ends when sandboxes can be made here; throws <see cref="SandboxException"/> when they can't be yet.</summary>
    Task EnsureReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A sandbox for one attempt at a task; nothing is created yet.</summary>
    ISandbox Create(TaskAssignment assignment, string sessionId);

    /// <summary>Stops and removes what an earlier run of this runner, known by its session, left on this host.</summary>
    Task RemoveOrphansAsync(string sessionId, CancellationToken cancellationToken);
}

/// <summary>Takes output as it comes; never blocks for the network, and never throws.</summary>
internal delegate void TaskLogWriter(OutputStream stream, ReadOnlySpan<byte> output);

/// <summary>Which of its two outputs a program wrote to.</summary>
internal enum OutputStream
{
    /// <summary>Standard output.</summary>
    Out,

    /// <summary>Standard error.</summary>
    Error,
}

/// <summary>The files put into a task's directory before it starts; a zip is unpacked there.</summary>
internal sealed record SandboxFiles(byte[] Payload, byte[]? Config, CodeArchive? Zip = null);

/// <summary>How a program ended: its exit code (128 + signal when killed), and whether the kernel killed it for memory.</summary>
internal sealed record SandboxExit(int ExitCode, bool OutOfMemory)
{
    /// <summary>Which default of the sandbox looks to have been in the way, and the way out; empty without evidence.</summary>
    public string Hint { get; init; } = "";
}

/// <summary>A failure of an image, an engine or a program; <see cref="IsTransient"/> says whether a retry can help.</summary>
internal sealed class SandboxException(string message, bool isTransient, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when the engine or the network failed, so that the task should be released.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>True when no further try can end otherwise, wherever it is made.</summary>
    public bool IsPermanent { get; init; }
}
