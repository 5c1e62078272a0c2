using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>A running child and all that it has started: they end together.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ChildProcess
{
    private const int StackSize = 256 * 1024;

    // A program that slipped out of its session may hold the pipe open; its output no longer counts.
    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OrphanedProcesses? _orphans;
    private readonly int _process;
    private bool _reaped;

    private ChildProcess(int process, OutputPipes output, OrphanedProcesses? orphans, TaskLogWriter log)
    {
        this._process = process;
        this._orphans = orphans;

        // Threads of their own: they block, and blocked pool threads would hold up heartbeats.
        var reader = new Thread(() => output.ReadToEnd(log), StackSize) { IsBackground = true };
        var waiter = new Thread(() => WaitForExit(reader), StackSize) { IsBackground = true };
        reader.Start();
        waiter.Start();
    }

    /// <summary>The exit code, 128 + signal when killed, once all that it started is dead and its output was delivered.</summary>
    public Task<int> Ended => _ended.Task;

    public static ChildProcess Start(ProcessStartSpec startInfo, OrphanedProcesses? orphans, TaskLogWriter log)
    {
        var (process, output) = orphans is null ? ProcessMarker.StartUnmarked(() => ProcessSpawner.Start(startInfo)) : orphans.StartMarked(() =>
        {
            var started = ProcessSpawner.Start(startInfo);
            ProcessReaper.Register(started.Process);
            return started;
        });
        return new ChildProcess(process, output, orphans, log);
    }

    /// <summary>Signals the child and its group, as long as their id is surely theirs.</summary>
    public void Signal(int signal)
    {
        lock (_lock)
        {
            if (!_reaped)
            {
                _ = Posix.Signal(-_process, signal);
            }
        }
    }

    private unsafe void WaitForExit(Thread reader)
    {
        var info = stackalloc byte[Posix.OpaqueStructSize];
        while (Posix.WaitForExit(Posix.PidIdType, _process, info, Posix.Exited | Posix.KeepWaitable) < 0
            && Marshal.GetLastPInvokeError() == Posix.InterruptedError)
        {
        }

        // Not reaped yet, so that no other process can have got the id of the group.
        Signal(Posix.SigKill);
        _orphans?.Kill();
        int status;
        lock (_lock)
        {
            _reaped = true;
            _ = Posix.Reap(_process, out status, options: 0);
            ProcessReaper.Unregister(_process);
        }

        reader.Join(OutputTimeout);
        var signal = status & 0x7f;
        _ended.SetResult(signal == 0 ? (status >> 8) & 0xff : 128 + signal);
    }
}
