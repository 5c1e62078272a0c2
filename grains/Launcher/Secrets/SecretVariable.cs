using System.Runtime.InteropServices;
using System.Text;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>A secret in the environment of this process, which is taken out of there when it is read.</summary>
internal static unsafe partial class SecretVariable
{
    /// <summary>The secret; null when there is none of that name, or an empty one.</summary>
    public static SecretBytes? Take(string name)
    {
        var value = OperatingSystem.IsLinux() ? TakeNative(name) : null;
        if (value is null && Environment.GetEnvironmentVariable(name) is { Length: > 0 } text)
        {
            value = new SecretBytes(Encoding.UTF8.GetBytes(text));
        }

        Environment.SetEnvironmentVariable(name, null);
        return value;
    }

    // The runtime works on a copy: what /proc shows is the bytes that the process started with.
    private static SecretBytes? TakeNative(string name)
    {
        var start = GetEnvironment(name);
        if (start is null || *start == 0)
        {
            return null;
        }

        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(start);
        var value = new SecretBytes(bytes);
        new Span<byte>(start, bytes.Length).Fill((byte)'-');
        return value;
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* GetEnvironment(string name);
}
