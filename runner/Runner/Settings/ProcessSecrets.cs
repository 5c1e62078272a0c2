using System.Runtime.InteropServices;

namespace Orleans.Hybrid.Runner.Settings;

/// <summary>Keeps this process's secrets in its memory, and its memory to itself.</summary>
internal static unsafe partial class ProcessSecrets
{
    private const int CoreSize = 4;

    /// <summary>Takes variables out of the environment, so that no child and no other program finds them there.</summary>
    public static void Forget(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Environment.SetEnvironmentVariable(name, null);
            if (OperatingSystem.IsLinux())
            {
                Blank(name);
            }
        }
    }

    /// <summary>No core file: it would carry the key, and those of tasks their payloads, to wherever the host keeps them.</summary>
    public static void ForbidDumps()
    {
        if (OperatingSystem.IsLinux())
        {
            var none = stackalloc nuint[2];
            _ = SetLimit(CoreSize, none);
        }
    }

    // The runtime works on a copy. The bytes that the kernel shows in /proc/<pid>/environ are the ones it started with,
    // and a task that runs as the same user could read them there.
    private static void Blank(string name)
    {
        for (var value = GetEnvironment(name); value is not null && *value != 0; value++)
        {
            *value = (byte)'-';
        }
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* GetEnvironment(string name);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, nuint* limits);
}
