using System.Runtime.Versioning;
using System.Text;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>
/// Processes of a task that left its session: daemons that it started. They are known by the task's mark, or carry its folder in their
/// environment.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class OrphanedProcesses
{
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KillRetryDelay = TimeSpan.FromMilliseconds(2);

    private readonly ProcessMarker _mark;
    private readonly byte[] _variable;

    private OrphanedProcesses(ProcessMarker mark, string folder)
    {
        this._mark = mark;
        _variable = Encoding.UTF8.GetBytes($"TASK_DIR={folder}");
    }

    /// <summary>Those of one task.</summary>
    public static OrphanedProcesses ForTask(string folder) => new(ProcessMarker.ForTask(folder), folder + "\0");

    /// <summary>Those of all tasks whose folders are in this one.</summary>
    public static OrphanedProcesses ForSession(string folder) => new(ProcessMarker.ForSession(folder), folder + "/");

    /// <summary>Starts a child that can be found by this, with all that it starts.</summary>
    public T StartMarked<T>(Func<T> start) => _mark.StartMarked(start);

    /// <summary>Kills them, and what they start meanwhile, until none is left; what the kernel can't end in time stays.</summary>
    public void Kill()
    {
        for (var begun = TimeProvider.System.GetTimestamp();
            Find() is { Count: > 0 } found && TimeProvider.System.GetElapsedTime(begun) < KillTimeout;
            Thread.Sleep(KillRetryDelay))
        {
            foreach (var process in found)
            {
                _ = Posix.Signal(process, Posix.SigKill);
            }
        }
    }

    private List<int> Find()
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var process)
                && process != Environment.ProcessId
                && (_mark.IsSetOn(folder) || IsMarked(folder + "/environ"))
                && !ProcessReaper.ReapIfDead(folder, process))
            {
                found.Add(process);
            }
        }

        return found;
    }

    private bool IsMarked(string environ)
    {
        try
        {
            var variables = File.ReadAllBytes(environ).AsSpan();
            var at = variables.IndexOf(_variable);
            return at == 0 || (at > 0 && variables[at - 1] == 0);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // It has ended, or it is not ours to end.
            return false;
        }
    }
}
