using System.Diagnostics;
using System.Globalization;

namespace OrleansHybrid.Support;

/// <summary>A process that outlives this one for a moment, however it ends, and kills the children that it left behind.</summary>
public sealed class ChildProcessGuard : IDisposable
{
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' INT TERM HUP
        pids=' '
        while read -r sign pid; do
          case $sign in
            +) pids="$pids$pid " ;;
            -) case $pids in *" $pid "*) pids="${pids%% $pid *} ${pids#* $pid }" ;; esac ;;
          esac
        done
        for pid in $pids; do kill -KILL "$pid"; done
        """;

    private static readonly Lazy<ChildProcessGuard> One = new(() => new ChildProcessGuard());

    private readonly Lock _lock = new();
    private readonly Process _guard = Process.Start(new ProcessStartInfo("sh", ["-c", Script])
    {
        RedirectStandardInput = true,
        WorkingDirectory = "/",
    })!;

    /// <summary>Held while a child is made. Where tests run what marks the children of tasks, it is the lock that this takes.</summary>
    public static Lock StartLock { get; set; } = new();

    /// <summary>The guard of this process.</summary>
    public static ChildProcessGuard Shared => One.Value;

    /// <summary>Starts a child that dies with this process at the latest.</summary>
    public Process Start(ProcessStartInfo startInfo)
    {
        var child = new Process { StartInfo = startInfo, EnableRaisingEvents = true };
        child.Exited += (_, _) => Forget(child);
        lock (StartLock)
        {
            child.Start();
        }

        Watch(child);
        if (child.HasExited)
        {
            Forget(child);
        }

        return child;
    }

    /// <summary>From now on a child dies with this process at the latest.</summary>
    public void Watch(Process child) => Send('+', child);

    /// <summary>It has ended: its id may come to belong to somebody else.</summary>
    public void Forget(Process child) => Send('-', child);

    /// <summary>Does at once what is otherwise done at this process's end, and waits for it.</summary>
    public void Dispose()
    {
        _guard.StandardInput.Close();
        _guard.WaitForExit();
        _guard.Dispose();
    }

    private void Send(char sign, Process child)
    {
        lock (_lock)
        {
            _guard.StandardInput.Write(string.Create(CultureInfo.InvariantCulture, $"{sign} {child.Id}\n"));
            _guard.StandardInput.Flush();
        }
    }
}
