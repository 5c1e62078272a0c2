using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace OrleansHybrid.Runner.State;

/// <summary>The target of a path with all its links resolved, as far as this process can see.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class RealPath
{
    private const int MaxPathLength = 4096;

    /// <summary>The path without links; its end, where nothing is there yet, as it is written.</summary>
    public static string Resolve(string path)
    {
        var real = stackalloc byte[MaxPathLength + 1];
        for (var (there, rest) = (path, ""); ; (there, rest) = (Path.GetDirectoryName(there)!, Path.Combine(Path.GetFileName(there), rest)))
        {
            if (Follow(there, real) is not null)
            {
                return Path.Combine(Marshal.PtrToStringUTF8((nint)real)!, rest).TrimEnd('/') is { Length: > 0 } found ? found : "/";
            }

            if (there.Length <= 1)
            {
                return path;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* Follow(string path, byte* real);
}
