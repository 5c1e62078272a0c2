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

    private readonly Lock turn = new();
    private readonly TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Strays? strays;
    private readonly int process;
    private bool reaped;

    private ChildProcess(int process, OutputPipes output, Strays? strays, LogSink log)
    {
        this.process = process;
        this.strays = strays;

        // Threads of their own: they block, and blocked pool threads would hold up heartbeats.
        var reader = new Thread(() => output.ReadToEnd(log), StackSize) { IsBackground = true };
        var waiter = new Thread(() => WaitForExit(reader), StackSize) { IsBackground = true };
        reader.Start();
        waiter.Start();
    }

    /// <summary>The exit code, 128 + signal when killed, once all that it started is dead and its output was delivered.</summary>
    public Task<int> Ended => ended.Task;

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
        lock (turn)
        {
            if (!reaped)
            {
                _ = Posix.Signal(-process, signal);
            }
        }
    }

    private unsafe void WaitForExit(Thread reader)
    {
        var info = stackalloc byte[Posix.Opaque];
        while (Posix.WaitForExit(Posix.ById, process, info, Posix.Exited | Posix.KeepWaitable) < 0
            && Marshal.GetLastPInvokeError() == Posix.Interrupted)
        {
        }

        // Not reaped yet, so that no other process can have got the id of the group.
        Signal(Posix.Kill);
        strays?.Kill();
        int status;
        lock (turn)
        {
            reaped = true;
            _ = Posix.Reap(process, out status, options: 0);
            Orphans.Forget(process);
        }

        reader.Join(OutputTime);
        var signal = status & 0x7f;
        ended.SetResult(signal == 0 ? (status >> 8) & 0xff : 128 + signal);
    }
}
