using System.Runtime.Versioning;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>A task's folder on this host, accessible to the task's user only.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Workspace : IDisposable
{
    private const int MaxProgressBytes = 4 * 1024 * 1024;
    private const UnixFileMode OwnersProgram = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ProgressFile _progress = new();

    private readonly WatchedFile _progressFile;

    private Workspace(WatchedFile progressFile)
    {
        this._progressFile = progressFile;
    }

    /// <summary>Fills a folder that was just made, and gives it to the task's user.</summary>
    public static async Task<Workspace> CreateAsync(TaskPaths paths, SandboxFiles files, TaskUser user, CancellationToken cancellationToken)
    {
        try
        {
            if (files.Zip is { } zip)
            {
                await UnpackAsync(zip, paths.Folder, user, cancellationToken);
                MakeFolder(paths.RunnerFilesFolder, user);
            }

            await WriteAsync(paths.Payload, files.Payload, user);
            if (files.Config is not null)
            {
                await WriteAsync(paths.Config, files.Config, user);
            }

            await WriteAsync(paths.Progress, [], user);
            return new Workspace(WatchedFile.Open(paths.Progress, MaxProgressBytes));
        }
        finally
        {
            // Last, so that no task gets at a folder that is being filled; and always, so that its own user can remove it.
            user.GiveOwnership(paths.Folder);
        }
    }

    public string ReadProgress(bool last) => _progress.ReadNew(_progressFile.Read(always: last), last);

    public void Dispose() => _progressFile.Dispose();

    private static async Task UnpackAsync(CodeArchive zip, string folder, TaskUser user, CancellationToken cancellationToken)
    {
        foreach (var path in zip.Folders)
        {
            MakeFolder(Path.Combine(folder, path), user);
        }

        foreach (var file in zip.Files)
        {
            await using var content = file.Open();
            await WriteAsync(Path.Combine(folder, file.Path), content, user, cancellationToken);
            if (file.IsExecutable)
            {
                File.SetUnixFileMode(Path.Combine(folder, file.Path), OwnersProgram);
            }
        }

        foreach (var link in zip.Links)
        {
            File.CreateSymbolicLink(Path.Combine(folder, link.Path), link.Target);
        }
    }

    private static void MakeFolder(string path, TaskUser user)
    {
        PrivateFile.CreateFolder(path);
        user.GiveOwnership(path);
    }

    private static Task WriteAsync(string path, byte[] content, TaskUser user) =>
        WriteAsync(path, new MemoryStream(content, writable: false), user, CancellationToken.None);

    private static async Task WriteAsync(string path, Stream content, TaskUser user, CancellationToken cancellationToken)
    {
        await using (var file = PrivateFile.Open(path, FileMode.CreateNew, FileShare.None))
        {
            user.GiveOwnership(path);
            await content.CopyToAsync(file, cancellationToken);
        }
    }
}
