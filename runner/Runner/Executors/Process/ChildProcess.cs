using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Executors.Process;

/// <summary>A running child and all that it has started: they end together.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ChildProcess
{
    private const int StackSize = 256 * 1024;

    // A program that slipped out of its session may hold the pipe open; its output no longer counts.
    private static readonly TimeSpan OutputTime = TimeSpan.FromSeconds(2);

    private readonly Lock _turn = new();
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Strays? _strays;
    private readonly int _process;
    private bool _reaped;

    private ChildProcess(int process, OutputPipes output, Strays? strays, LogSink log)
    {
        this._process = process;
        this._strays = strays;

        // Threads of their own: they block, and blocked pool threads would hold up heartbeats.
        var reader = new Thread(() => output.ReadToEnd(log), StackSize) { IsBackground = true };
        var waiter = new Thread(() => WaitForExit(reader), StackSize) { IsBackground = true };
        reader.Start();
        waiter.Start();
    }

    /// <summary>The exit code, 128 + signal when killed, once all that it started is dead and its output was delivered.</summary>
    public Task<int> Ended => _ended.Task;

    public static ChildProcess Start(Launch launch, Strays? strays, LogSink log)
    {
        var (process, output) = strays is null ? Spawner.Start(launch) : strays.Mark(() =>
        {
            var started = Spawner.Start(launch);
            Orphans.Watch(started.Process);
            return started;
        });
        return new ChildProcess(process, output, strays, log);
    }

    /// <summary>Signals the child and its group, as long as their id is surely theirs.</summary>
    public void Signal(int signal)
    {
        lock (_turn)
        {
            if (!_reaped)
            {
                _ = Posix.Signal(-_process, signal);
            }
        }
    }

    private unsafe void WaitForExit(Thread reader)
    {
        var info = stackalloc byte[Posix.Opaque];
        while (Posix.WaitForExit(Posix.ById, _process, info, Posix.Exited | Posix.KeepWaitable) < 0
            && Marshal.GetLastPInvokeError() == Posix.Interrupted)
        {
        }

        // Not reaped yet, so that no other process can have got the id of the group.
        Signal(Posix.Kill);
        _strays?.Kill();
        int status;
        lock (_turn)
        {
            _reaped = true;
            _ = Posix.Reap(_process, out status, options: 0);
            Orphans.Forget(_process);
        }

        reader.Join(OutputTime);
        var signal = status & 0x7f;
        _ended.SetResult(signal == 0 ? (status >> 8) & 0xff : 128 + signal);
    }
}
