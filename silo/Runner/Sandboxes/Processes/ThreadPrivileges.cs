using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>
/// Does one thing with another user's rights, on a thread that has them and ends with it. To the kernel rights belong to a thread: so
/// a child begins without root's, and no helper that is still root ever sees what the task chose (its variables, its folder).
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class ThreadPrivileges
{
    private const int StackSize = 256 * 1024;
    private const int NoNewPrivileges = 38;
    private const int AmbientCapabilities = 47;
    private const nuint ClearAll = 4;

    // Not the C library's functions of these names: those change all threads of the process.
    private static readonly (nint SetGroups, nint SetGroup, nint SetUser)? Calls = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (116, 119, 117),
        Architecture.Arm64 => (159, 149, 147),
        _ => null,
    };

    /// <summary>Why no rights can be given up here; empty when they can.</summary>
    public static string FindProblem(string dumpable) =>
        Calls is null ? $"can't give up root's rights on {RuntimeInformation.ProcessArchitecture}: start the runner as an ordinary user"
        : dumpable == "1" ? "needs the kernel's fs.suid_dumpable at 0 or 2: at 1 a task could look into the runner's memory"
        : "";

    /// <summary>Gives what <paramref name="work"/> gives; a <see cref="Win32Exception"/> when the rights can't be changed.</summary>
    public static T RunAs<T>(uint user, Func<T> work)
    {
        var result = default(T);
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(Begin, StackSize) { IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;

        void Begin()
        {
            try
            {
                DropPrivileges(user);
                result = work();
            }
            catch (Exception ex)
            {
                failure = ExceptionDispatchInfo.Capture(ex);
            }
        }
    }

    private static void DropPrivileges(uint user)
    {
        var (setGroups, setGroup, setUser) = Calls ?? throw new PlatformNotSupportedException();
        var id = (nint)user;
        if (Call(setGroups, 0, 0, 0) != 0 || Call(setGroup, id, id, id) != 0 || Call(setUser, id, id, id) != 0
            || Control(NoNewPrivileges, 1, 0, 0, 0) != 0 || Posix.GetEffectiveUserId() != user)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        // Kernels that have none of these refuse, which is as good.
        _ = Control(AmbientCapabilities, ClearAll, 0, 0, 0);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);
}
