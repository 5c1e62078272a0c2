using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>The root of the tasks' folders, in a folder for each session.</summary>
[SupportedOSPlatform("linux")]
internal static partial class TaskFolders
{
    private const string RootPrefix = "hybrid-tasks-";

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PassThrough = Owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static string CreateRoot(TaskUser user)
    {
        var root = Directory.CreateTempSubdirectory(RootPrefix).FullName;
        Create(root, user);
        return root;
    }

    /// <summary>True for a folder that <see cref="CreateRoot"/> made, and not for a replacement of it.</summary>
    public static bool IsRoot(string folder) =>
        Path.GetFileName(folder).StartsWith(RootPrefix, StringComparison.Ordinal) && FileStatus.Of(folder) is { IsOwnedFolder: true };

    /// <summary>The folder of a session, below the tasks' root.</summary>
    public static string PathOf(string root, string sessionId) => ChildPath(root, sessionId);

    /// <summary>The folder of one attempt at a task, in its session's.</summary>
    public static string PathOf(string root, string sessionId, string taskId, int attempt) =>
        ChildPath(PathOf(root, sessionId), string.Create(CultureInfo.InvariantCulture, $"{taskId}-{attempt}"));

    /// <summary>The folders in one of ours whose names are such as are made here; a link to a folder is none.</summary>
    public static IEnumerable<string> ListIn(string folder) => Directory.EnumerateDirectories(folder)
        .Where(found => Name().IsMatch(Path.GetFileName(found)) && FileStatus.Of(found) is { Type: FileType.Folder });

    /// <summary>Makes a folder of ours for tasks' own folders, whatever the umask is.</summary>
    public static void Create(string folder, TaskUser user)
    {
        Directory.CreateDirectory(folder);
        // Another user must be able to pass through, but not to look around.
        File.SetUnixFileMode(folder, user.IsDifferentUser ? PassThrough : Owner);
    }

    /// <summary>
    /// Makes a folder that is not there yet, for this user alone; an <see cref="IOException"/> when it is. One that a task already has would
    /// be filled with this process's rights wherever its links lead.
    /// </summary>
    public static void CreateNew(string folder, TaskUser user)
    {
        Create(Path.GetDirectoryName(folder)!, user);
        if (Posix.MakeDirectory(folder, (uint)Owner) != 0)
        {
            throw new IOException($"{folder}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    /// <summary>
    /// Removes a folder with its task's own rights, whatever links and modes the task has left in it: root following a
    /// task's files could be led anywhere.
    /// </summary>
    public static async Task RemoveAsync(string folder, TaskUser user)
    {
        await RunAsync(user, "rm", "-rf", "--", folder);
        if (!TryDelete(folder))
        {
            await RunAsync(user, "chmod", "-R", "u+rwx", "--", folder);
            await RunAsync(user, "rm", "-rf", "--", folder);
            DeleteOwn(folder);
        }
    }

    // The folder itself lies in one of ours, from which its task's user, if it is not this one, can't remove it.
    private static void DeleteOwn(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder);
        }
    }

    // Names come from elsewhere, and were checked there: one that leads anywhere else is a fault of ours.
    private static string ChildPath(string folder, string name) => Name().IsMatch(name)
        ? Path.Combine(folder, name)
        : throw new UnreachableException($"{LineSanitizer.Sanitize(name, 100)} is no name for a folder of tasks.");

    private static bool TryDelete(string folder)
    {
        try
        {
            DeleteOwn(folder);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task RunAsync(TaskUser user, string command, params string[] arguments)
    {
        var path = Programs.Find(command, Programs.SearchPath) ?? throw new IOException($"There is no program {command}.");
        var launch = new ProcessStartSpec(path, [command, .. arguments], new Dictionary<string, string>(), WorkingDirectory: "/");
        await ChildProcess.Start(user.ApplyTo(launch), orphans: null, (_, _) => { }).Ended;
    }

    [GeneratedRegex(@"\A[0-9a-f]+(-[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
