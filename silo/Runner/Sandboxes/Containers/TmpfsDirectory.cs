using System.Diagnostics;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>
/// A folder of the host in memory, from which tasks' files are bound into their containers: sooner done than having the engine unpack
/// them, and never on a disk. It is one process's own; what a killed one left in it goes at the next start.
/// </summary>
internal sealed class TmpfsDirectory : IDisposable
{
    private const int MaxRunnersPerHost = 1000;

    private readonly string _path;
    private readonly FileStream _lockFile;

    private TmpfsDirectory(string path, FileStream lockFile)
    {
        this._path = path;
        this._lockFile = lockFile;
    }

    /// <summary>The first folder below <paramref name="root"/> that no other runner holds, emptied.</summary>
    public static TmpfsDirectory Open(string root)
    {
        try
        {
            for (var number = 1; number <= MaxRunnersPerHost; number++)
            {
                var path = Path.Combine(root, $"tasks-{number}");
                PrivateFile.CreateFolder(path);
                if (OperatingSystem.IsLinux() && FileStatus.Of(path) is not { IsOwnedFolder: true })
                {
                    throw new IOException($"{path} is a link, or another user's");
                }

                if (PrivateFile.TryLock(Path.Combine(path, "lock")) is { } hold)
                {
                    Array.ForEach(Directory.GetDirectories(path), left => Directory.Delete(left, recursive: true));
                    return new TmpfsDirectory(path, hold);
                }
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException("TASK_DIR_TMPFS", $"must be a folder that this user may write: {ex.Message}");
        }

        throw new ConfigurationException("TASK_DIR_TMPFS", $"has {MaxRunnersPerHost} folders, and all are in use.");
    }

    /// <summary>Puts a task's files into a folder of its own.</summary>
    public TmpfsTaskFiles Add(string container, TaskPaths paths, SandboxFiles files) => Path.GetFileName(container) == container
        ? TmpfsTaskFiles.Create(Path.Combine(_path, container), paths, files)
        : throw new UnreachableException($"{LineSanitizer.Sanitize(container, 100)} is no name for a folder of tasks.");

    public void Dispose()
    {
        _lockFile.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}
