using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>
/// Processes of tasks whose parents have ended: they become this process's children, and not those of the host's first one, so that a task's
/// end finds all of them. Those that end before are buried here, or they would stay in the kernel's table.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class ProcessReaper
{
    private const int ChildSubreaper = 36;
    private const int NoHang = 1;

    private static readonly TimeSpan ReapInterval = TimeSpan.FromSeconds(2);
    private static readonly ConcurrentDictionary<int, bool> RegisteredChildren = new();
    private static readonly Lazy<Timer> ReaperTimer = new(Start);

    /// <summary>From now on this process adopts them.</summary>
    public static void EnableSubreaper() => _ = ReaperTimer.Value;

    /// <summary>Excludes a child that is waited for elsewhere.</summary>
    public static void Register(int child) => RegisteredChildren[child] = true;

    /// <summary>Its end has been taken note of.</summary>
    public static void Unregister(int child) => RegisteredChildren.TryRemove(child, out _);

    /// <summary>True for a process that has ended and only waits to be buried, which is done where it is ours to do.</summary>
    public static bool ReapIfDead(string folder, int process)
    {
        if (!Stat(folder).Contains(") Z ", StringComparison.Ordinal))
        {
            return false;
        }

        if (!RegisteredChildren.ContainsKey(process))
        {
            _ = Posix.Reap(process, out _, NoHang);
        }

        return true;
    }

    private static Timer Start()
    {
        _ = Control(ChildSubreaper, 1, 0, 0, 0);
        return new Timer(_ => ReapOrphans(), null, ReapInterval, ReapInterval);
    }

    private static void ReapOrphans()
    {
        // A child is registered before the reaper may see it.
        lock (ProcessMarker.StartLock)
        {
            foreach (var process in Children().Where(process => !RegisteredChildren.ContainsKey(process)))
            {
                var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");
                if (ProcessMarker.HasAny(folder))
                {
                    _ = ReapIfDead(folder, process);
                }
            }
        }
    }

    private static List<int> Children()
    {
        try
        {
            return [.. Directory.EnumerateDirectories("/proc/self/task")
                .SelectMany(thread => File.ReadAllText(thread + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // A thread has ended meanwhile: the next pass is soon.
            return [];
        }
    }

    private static string Stat(string folder)
    {
        try
        {
            return File.ReadAllText(folder + "/stat");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int what, nuint value, nuint second, nuint third, nuint fourth);
}
