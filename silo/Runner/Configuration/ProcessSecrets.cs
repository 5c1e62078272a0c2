using System.Runtime.InteropServices;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>Keeps this process's secrets in its memory, and its memory to itself.</summary>
internal static unsafe partial class ProcessSecrets
{
    private const int CoreSize = 4;
    private const int SetDumpable = 4;

    /// <summary>Takes variables out of the environment, so that no child and no other program finds them there.</summary>
    public static void RemoveFromEnvironment(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Environment.SetEnvironmentVariable(name, null);
            if (OperatingSystem.IsLinux())
            {
                Overwrite(name);
            }
        }
    }

    /// <summary>
    /// No core file: it would carry the key, and those of tasks their payloads, to wherever the host keeps them. No look into this process's
    /// memory either, by debugger, /proc or the runtime's own diagnostics, for programs of the same user. Root can always.
    /// </summary>
    public static void ForbidDumps()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // A change of user may undo the second of these, so that this is called again after one.
        var none = stackalloc nuint[2];
        _ = SetLimit(CoreSize, none);
        _ = Control(SetDumpable, 0, 0, 0, 0);
        CloseDiagnostics();
    }

    // Where DOTNET_EnableDiagnostics=0 is not set, the runtime has opened its diagnostic socket before any code of ours runs. Without its
    // name in the file system it can't be found.
    private static void CloseDiagnostics()
    {
        string[] sockets = [$"dotnet-diagnostic-{Environment.ProcessId}-*", $"clr-debug-pipe-{Environment.ProcessId}-*"];
        try
        {
            foreach (var path in sockets.SelectMany(pattern => Directory.EnumerateFileSystemEntries(Path.GetTempPath(), pattern)))
            {
                File.Delete(path);
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // Where this process may not list that folder, the runtime could not open the socket there either.
        }
    }

    // The runtime works on a copy. The bytes that the kernel shows in /proc/<pid>/environ are the ones it started with,
    // and a task that runs as the same user could read them there.
    private static void Overwrite(string name)
    {
        for (var value = GetEnvironment(name); value is not null && *value != 0; value++)
        {
            *value = (byte)'-';
        }
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* GetEnvironment(string name);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, nuint* limits);
}
