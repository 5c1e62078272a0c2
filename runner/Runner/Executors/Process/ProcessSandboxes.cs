using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Executors.Process;

/// <summary>Makes child processes. Its folders are listed in the state folder, so that a later life finds them.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProcessSandboxes : ISandboxes, IDisposable
{
    private readonly TaskUser user = TaskUser.OfThisProcess();
    private readonly string list;
    private readonly string root;

    public ProcessSandboxes(StateFolder state, ILogger<ProcessSandboxes> logger)
    {
        Orphans.Adopt();
        list = state.File("task-folders");
        root = TaskFolders.CreateRoot(user);
        PrivateFile.Open(list, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
        File.AppendAllLines(list, [root]);
        logger.NoBoundary(user.Name);
    }

    /// <inheritdoc/>
    public string Description => "process";

    /// <inheritdoc/>
    public Task<string?> FolderAsync(CancellationToken cancel) => Task.FromResult<string?>(root);

    /// <inheritdoc/>
    public ISandbox For(TaskOrder order, string sessionId)
    {
        return new ProcessSandbox(order, TaskFolders.Of(root, sessionId, order.Lease.TaskId, order.Lease.Attempt), user);
    }

    /// <inheritdoc/>
    public async Task SweepAsync(string sessionId, CancellationToken cancel)
    {
        try
        {
            await SweepAsync(TaskFolders.Of(root, sessionId));
            // After a start of the host, anybody may have made a folder or a link of that name: what is not ours stays.
            foreach (var old in File.ReadAllLines(list).Where(folder => folder != root && TaskFolders.IsRoot(folder)))
            {
                foreach (var session in TaskFolders.In(old))
                {
                    await SweepAsync(session);
                }

                Directory.Delete(old);
            }

            File.WriteAllLines(list, [root]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The folders of earlier tasks can't be removed: {e.Message}", passing: false, e);
        }
    }

    /// <summary>Leaves nothing behind, unless something still runs.</summary>
    public void Dispose()
    {
        try
        {
            foreach (var session in TaskFolders.In(root))
            {
                Directory.Delete(session);
            }

            Directory.Delete(root);
            File.WriteAllLines(list, File.ReadAllLines(list).Where(folder => folder != root).ToList());
        }
        catch (IOException)
        {
            // The list still names the folder, so that the next life sweeps it.
        }
    }

    private async Task SweepAsync(string session)
    {
        if (!Directory.Exists(session))
        {
            return;
        }

        // All of them are dead before anything is removed, whatever then happens.
        Strays.Below(session).Kill();
        foreach (var task in TaskFolders.In(session))
        {
            await TaskFolders.RemoveAsync(task, user);
        }

        Directory.Delete(session);
    }
}
