using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.State;

namespace Orleans.Hybrid.Runner.Executors.Process;

/// <summary>A task's folder on this host: nobody but the task's user may look into it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Workspace : IDisposable
{
    private const int LongestProgress = 4 * 1024 * 1024;

    private readonly ProgressFile progress = new();

    // Held open from the start: by its path, the task could put something else in its place.
    private readonly SafeFileHandle progressFile;

    private Workspace(SafeFileHandle progressFile)
    {
        this.progressFile = progressFile;
    }

    public static Workspace Create(string folder, SandboxFiles files, TaskUser user)
    {
        TaskFolders.Create(Path.GetDirectoryName(folder)!, user);
        PrivateFile.CreateFolder(folder);
        Write(Path.Combine(folder, TaskEnvironment.PayloadFile), files.Payload, user);
        if (files.Config is not null)
        {
            Write(Path.Combine(folder, TaskEnvironment.ConfigFile), files.Config, user);
        }

        var progress = Path.Combine(folder, TaskEnvironment.ProgressFile);
        Write(progress, [], user);
        var progressFile = File.OpenHandle(progress, share: FileShare.ReadWrite | FileShare.Delete);
        user.Own(folder);
        return new Workspace(progressFile);
    }

    public string ReadProgress()
    {
        var content = new byte[Math.Min(RandomAccess.GetLength(progressFile), LongestProgress)];
        var count = RandomAccess.Read(progressFile, content, fileOffset: 0);
        return progress.Take(content[..count]);
    }

    public void Dispose()
    {
        progressFile.Dispose();
    }

    private static void Write(string path, byte[] content, TaskUser user)
    {
        using (var file = PrivateFile.Open(path, FileMode.CreateNew, FileShare.None))
        {
            file.Write(content);
        }

        user.Own(path);
    }
}
