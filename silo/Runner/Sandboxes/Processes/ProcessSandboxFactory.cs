using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>Creates process sandboxes. Its folders are listed in the state folder, so that a later run finds them.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProcessSandboxFactory : ISandboxFactory, IDisposable
{
    private readonly TaskUser _user = TaskUser.ForCurrentProcess();
    private readonly string _list;
    private readonly string _root;

    public ProcessSandboxFactory(StateFolder state, ILogger<ProcessSandboxFactory> logger)
    {
        ProcessReaper.EnableSubreaper();
        _list = state.PathOf("task-folders");
        _root = TaskFolders.CreateRoot(_user);
        PrivateFile.Open(_list, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
        File.AppendAllLines(_list, [_root]);
        logger.NoIsolation(_user.Name);
    }

    /// <inheritdoc/>
    public string Description => "process";

    /// <inheritdoc/>
    public Task<string?> FindStorageFolderAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(_root);

    /// <inheritdoc/>
    public ISandbox Create(TaskAssignment assignment, string sessionId) =>
        new ProcessSandbox(assignment, TaskFolders.PathOf(_root, sessionId, assignment.Lease.TaskId, assignment.Lease.Attempt), _user);

    /// <inheritdoc/>
    public async Task RemoveOrphansAsync(string sessionId, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveFolderAsync(TaskFolders.PathOf(_root, sessionId));
            // After a start of the host, any user may have made a folder or a link of that name: what is not ours stays.
            foreach (var old in File.ReadAllLines(_list).Where(folder => folder != _root && TaskFolders.IsRoot(folder)))
            {
                foreach (var session in TaskFolders.ListIn(old))
                {
                    await RemoveFolderAsync(session);
                }

                Directory.Delete(old);
            }

            File.WriteAllLines(_list, [_root]);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The folders of earlier tasks can't be removed: {ex.Message}", isTransient: false, ex);
        }
    }

    /// <summary>Leaves nothing behind, unless something still runs.</summary>
    public void Dispose()
    {
        try
        {
            foreach (var session in TaskFolders.ListIn(_root))
            {
                Directory.Delete(session);
            }

            Directory.Delete(_root);
            File.WriteAllLines(_list, File.ReadAllLines(_list).Where(folder => folder != _root).ToList());
        }
        catch (IOException)
        {
            // The list still names the folder, so that the next run removes it.
        }
    }

    private async Task RemoveFolderAsync(string session)
    {
        if (!Directory.Exists(session))
        {
            return;
        }

        // All of them are dead before anything is removed, whatever then happens.
        OrphanedProcesses.ForSession(session).Kill();
        foreach (var task in TaskFolders.ListIn(session))
        {
            await TaskFolders.RemoveAsync(task, _user);
        }

        Directory.Delete(session);
    }
}
