using System.Diagnostics;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Settings;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Docker;

/// <summary>
/// A folder of the host in memory, from which tasks' files are bound into their containers: sooner done than having the engine unpack
/// them, and never on a disk. It is one process's own; what a killed one left in it goes at the next start.
/// </summary>
internal sealed class HostFolder : IDisposable
{
    private const int MostRunnersOnOneHost = 1000;

    private readonly string _path;
    private readonly FileStream _hold;

    private HostFolder(string path, FileStream hold)
    {
        this._path = path;
        this._hold = hold;
    }

    /// <summary>The first folder below <paramref name="root"/> that no other runner holds, emptied.</summary>
    public static HostFolder Open(string root)
    {
        try
        {
            for (var number = 1; number <= MostRunnersOnOneHost; number++)
            {
                var path = Path.Combine(root, $"tasks-{number}");
                PrivateFile.CreateFolder(path);
                if (OperatingSystem.IsLinux() && FileStatus.Of(path) is not { IsOwnFolder: true })
                {
                    throw new IOException($"{path} is a link, or another user's");
                }

                if (PrivateFile.TryHold(Path.Combine(path, "lock")) is { } hold)
                {
                    Array.ForEach(Directory.GetDirectories(path), left => Directory.Delete(left, recursive: true));
                    return new HostFolder(path, hold);
                }
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new BadSettingException("TASK_DIR_TMPFS", $"must be a folder that this user may write: {ex.Message}");
        }

        throw new BadSettingException("TASK_DIR_TMPFS", $"has {MostRunnersOnOneHost} folders, and all are in use.");
    }

    /// <summary>Puts a task's files into a folder of its own.</summary>
    public HostFiles Add(string container, TaskPlace place, SandboxFiles files) => Path.GetFileName(container) == container
        ? HostFiles.Create(Path.Combine(_path, container), place, files)
        : throw new UnreachableException($"{PlainText.Of(container, 100)} is no name for a folder of tasks.");

    public void Dispose()
    {
        _hold.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}
