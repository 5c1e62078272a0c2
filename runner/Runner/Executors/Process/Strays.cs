using System.Runtime.Versioning;
using System.Text;

namespace Orleans.Hybrid.Runner.Executors.Process;

/// <summary>
/// Processes that left their session but still carry a task's folder in their environment: daemons that a task started.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Strays
{
    private const int MostRounds = 10;

    private readonly byte[] mark;

    private Strays(string folder)
    {
        mark = Encoding.UTF8.GetBytes($"TASK_DIR={folder}");
    }

    /// <summary>Those of one task.</summary>
    public static Strays Of(string folder) => new(folder + "\0");

    /// <summary>Those of all tasks whose folders are below this one.</summary>
    public static Strays Below(string folder) => new(folder + "/");

    /// <summary>Kills them, and what they start meanwhile.</summary>
    public void Kill()
    {
        for (var round = 0; round < MostRounds && Find() is { Count: > 0 } found; round++)
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
                && IsMarked(folder + "/environ"))
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
            var at = variables.IndexOf(mark);
            return at == 0 || (at > 0 && variables[at - 1] == 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or it is not ours to end.
            return false;
        }
    }
}
