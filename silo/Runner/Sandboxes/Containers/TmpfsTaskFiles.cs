using Docker.DotNet.Models;
using Microsoft.Win32.SafeHandles;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>
/// One task's files in a folder that only this user may enter. Each is bound alone, so a container can change the progress file,
/// as memory of its own, and nothing else of the host.
/// </summary>
internal sealed class TmpfsTaskFiles : IDisposable
{
    private const int MaxProgressBytes = 4 * 1024 * 1024;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Writable =
        Readable | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly string _folder;
    private readonly List<Mount> _mounts = [];
    private readonly ProgressFile _progress = new();
    private SafeFileHandle? _progressFile;

    private TmpfsTaskFiles(string folder)
    {
        this._folder = folder;
    }

    /// <summary>The mounts that put them into the container.</summary>
    public IReadOnlyList<Mount> Mounts => _mounts;

    public static TmpfsTaskFiles Create(string folder, TaskPaths paths, SandboxFiles files)
    {
        var made = new TmpfsTaskFiles(folder);
        try
        {
            PrivateFile.CreateFolder(folder);
            made.Add(paths.Payload, files.Payload, Readable);
            if (files.Config is { } config)
            {
                made.Add(paths.Config, config, Readable);
            }

            made._progressFile = File.OpenHandle(
                made.Add(paths.Progress, [], Writable), access: FileAccess.ReadWrite, share: FileShare.ReadWrite | FileShare.Delete);
            return made;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            made.Dispose();
            throw new SandboxException($"The task's files could not be written on this host: {ex.Message}", isTransient: true, ex);
        }
    }

    /// <summary>The progress that the task has written since the last read; a file that is longer than any progress is emptied.</summary>
    public string ReadProgress(bool last)
    {
        var length = RandomAccess.GetLength(_progressFile!);
        if (length > MaxProgressBytes)
        {
            RandomAccess.SetLength(_progressFile!, 0);
            return "";
        }

        var content = new byte[length];
        var count = RandomAccess.Read(_progressFile!, content, fileOffset: 0);
        return _progress.ReadNew(content[..count], last);
    }

    public void Dispose()
    {
        _progressFile?.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private string Add(string containerPath, byte[] content, UnixFileMode mode)
    {
        var path = Path.Combine(_folder, Path.GetFileName(containerPath));
        using var file = PrivateFile.Open(path, FileMode.CreateNew, FileShare.None);
        file.Write(content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, mode);
        }

        _mounts.Add(ContainerPlan.CreateBindMount(path, containerPath, isReadOnly: mode == Readable));
        return path;
    }
}
