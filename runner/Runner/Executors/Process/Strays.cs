using System.Runtime.Versioning;
using System.Text;

namespace OrleansHybrid.Runner.Executors.Process;

/// <summary>
/// Processes of a task that left its session: daemons that it started. They are known by the task's mark, or carry its folder in their
/// environment.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Strays
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly TaskMark _mark;
    private readonly byte[] _variable;

    private Strays(TaskMark mark, string folder)
    {
        this._mark = mark;
        _variable = Encoding.UTF8.GetBytes($"TASK_DIR={folder}");
    }

    /// <summary>Those of one task.</summary>
    public static Strays Of(string folder) => new(TaskMark.Of(folder), folder + "\0");

    /// <summary>Those of all tasks whose folders are in this one.</summary>
    public static Strays Below(string folder) => new(TaskMark.Below(folder), folder + "/");

    /// <summary>Starts a child that can be found by this, with all that it starts.</summary>
    public T Mark<T>(Func<T> start) => _mark.On(start);

    /// <summary>Kills them, and what they start meanwhile, until none is left; what the kernel can't end in time stays.</summary>
    public void Kill()
    {
        for (var begun = TimeProvider.System.GetTimestamp();
            Find() is { Count: > 0 } found && TimeProvider.System.GetElapsedTime(begun) < Patience;
            Thread.Sleep(Pause))
        {
            foreach (var process in found)
            {
                _ = Posix.Signal(process, Posix.Kill);
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
                && (_mark.IsOn(folder) || IsMarked(folder + "/environ"))
                && !Orphans.IsDead(folder, process))
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
