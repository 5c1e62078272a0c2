using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>Finds the program of a task with the eyes of the task's own user: what root may execute says nothing about that.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class ProgramSearch(TaskUser user)
{
    private const int MayExecute = 1;

    /// <summary>The absolute path of a command; throws <see cref="SandboxException"/> where there is none, or none that may be executed.</summary>
    /// <param name="command">As it is written.</param>
    /// <param name="folder">The folder that a command with a slash is relative to.</param>
    /// <param name="searchPath">Where any other is looked for.</param>
    public async Task<string> FindAsync(string command, string folder, string searchPath)
    {
        string? denied = null;
        var named = command.Contains('/', StringComparison.Ordinal) ? Path.Combine(folder, command) : command;
        foreach (var candidate in Programs.Candidates(named, searchPath))
        {
            if (await IsExecutableAsync(candidate))
            {
                return candidate;
            }

            denied ??= candidate;
        }

        var shown = LineSanitizer.Sanitize(command, 200);
        throw new SandboxException(
            denied is null
                ? $"There is no command \"{shown}\" on this runner's host."
                : $"The command \"{shown}\" is not executable for the user {user.Name}: chmod +x it, before it is zipped where it comes in "
                    + "a zip, or name its interpreter first.",
            isTransient: false);
    }

    private async Task<bool> IsExecutableAsync(string path)
    {
        if (!user.IsDifferentUser)
        {
            return Access(path, MayExecute) == 0;
        }

        if (!Programs.IsExecutable(path) || Programs.Find("test", Programs.SearchPath) is not { } test)
        {
            return Programs.IsExecutable(path);
        }

        // The kernel's own answer to that user, with all folders on the way and whatever lists of rights there are.
        var asked = new ProcessStartSpec(test, ["test", "-x", path], new Dictionary<string, string>(), WorkingDirectory: "/");
        return await ChildProcess.Start(user.ApplyTo(asked), orphans: null, (_, _) => { }).Ended == 0;
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
