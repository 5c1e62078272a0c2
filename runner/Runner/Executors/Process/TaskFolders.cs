using System.Runtime.Versioning;

namespace Orleans.Hybrid.Runner.Executors.Process;

/// <summary>The folder in which the tasks' own folders lie, one below another for each session.</summary>
[SupportedOSPlatform("linux")]
internal static class TaskFolders
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PassThrough = Owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static string CreateRoot(TaskUser user)
    {
        var root = Directory.CreateTempSubdirectory("hybrid-tasks-").FullName;
        Create(root, user);
        return root;
    }

    /// <summary>Makes a folder of ours for tasks' own folders, whatever the umask is.</summary>
    public static void Create(string folder, TaskUser user)
    {
        Directory.CreateDirectory(folder);
        // Another user must be able to pass through, but not to look around.
        File.SetUnixFileMode(folder, user.IsAnother ? PassThrough : Owner);
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
            Directory.Delete(folder);
        }
    }

    // The folder itself lies in one of ours, from which its task's user can't remove it.
    private static bool TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }

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
        var launch = new Launch(path, [command, .. arguments], new Dictionary<string, string>(), Folder: "/");
        await ChildProcess.Start(user.As(launch), strays: null, (_, _) => { }).Ended;
    }
}
