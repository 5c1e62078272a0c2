using Microsoft.Win32.SafeHandles;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Docker;

/// <summary>
/// One task's files in a folder that only this user may enter. Each is bound alone, so a container can change the progress file,
/// as memory of its own, and nothing else of the host.
/// </summary>
internal sealed class HostFiles : IDisposable
{
    private const int LongestProgress = 4 * 1024 * 1024;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Writable =
        Readable | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly string _folder;
    private readonly List<MountSpec> _mounts = [];
    private readonly ProgressFile _progress = new();
    private SafeFileHandle? _progressFile;

    private HostFiles(string folder)
    {
        this._folder = folder;
    }

    /// <summary>What the container needs to have them at their places.</summary>
    public IReadOnlyList<MountSpec> Mounts => _mounts;

    public static HostFiles Create(string folder, TaskPlace place, SandboxFiles files)
    {
        var made = new HostFiles(folder);
        try
        {
            PrivateFile.CreateFolder(folder);
            made.Add(place.Payload, files.Payload, Readable);
            if (files.Config is { } config)
            {
                made.Add(place.Config, config, Readable);
            }

            made._progressFile = File.OpenHandle(
                made.Add(place.Progress, [], Writable), access: FileAccess.ReadWrite, share: FileShare.ReadWrite | FileShare.Delete);
            return made;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            made.Dispose();
            throw new SandboxException($"The task's files could not be written on this host: {ex.Message}", passing: true, ex);
        }
    }

    /// <summary>What the task has newly written about its progress; a file that is longer than any progress is emptied.</summary>
    public string ReadProgress(bool last)
    {
        var length = RandomAccess.GetLength(_progressFile!);
        if (length > LongestProgress)
        {
            RandomAccess.SetLength(_progressFile!, 0);
            return "";
        }

        var content = new byte[length];
        var count = RandomAccess.Read(_progressFile!, content, fileOffset: 0);
        return _progress.Take(content[..count], last);
    }

    public void Dispose()
    {
        _progressFile?.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private string Add(string place, byte[] content, UnixFileMode mode)
    {
        var path = Path.Combine(_folder, Path.GetFileName(place));
        using var file = PrivateFile.Open(path, FileMode.CreateNew, FileShare.None);
        file.Write(content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, mode);
        }

        _mounts.Add(new MountSpec("bind", path, place, ReadOnly: mode == Readable, new BindSpec("rprivate", NonRecursive: true)));
        return path;
    }
}
