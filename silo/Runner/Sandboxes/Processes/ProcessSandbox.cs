using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>One attempt at a task as a child process in a folder of its own, both removed when this is disposed.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProcessSandbox(TaskAssignment assignment, string folder, TaskUser user) : ISandbox
{
    // A poll costs some microseconds; a file watch would use one of the few that the kernel has per user.
    private static readonly TimeSpan ProgressPollInterval = TimeSpan.FromSeconds(1);

    private readonly TaskPaths _paths = new(assignment, folder);
    private IReadOnlyList<string> _words = [];
    private bool _isCreated;
    private Workspace? _workspace;
    private ChildProcess? _child;

    /// <inheritdoc/>
    public async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        _words = TaskCommand.CommandLine(assignment, _paths);
        if (assignment.Zip is null)
        {
            _ = await ProgramAsync(Variables());
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task CreateAsync(SandboxFiles files, CancellationToken cancellationToken)
    {
        try
        {
            TaskFolders.CreateNew(folder, user);
            _isCreated = true;
            _workspace = await Workspace.CreateAsync(_paths, files, user, cancellationToken);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"No folder could be made for the task: {ex.Message}", isTransient: true, ex);
        }
    }

    /// <inheritdoc/>
    public async Task StartAsync(TaskLogWriter log, CancellationToken cancellationToken)
    {
        var variables = Variables();
        var launch = new ProcessStartSpec(await ProgramAsync(variables), _words, variables, folder);
        try
        {
            _child = ChildProcess.Start(user.ApplyTo(launch), OrphanedProcesses.ForTask(folder), log);
        }
        catch (Win32Exception ex)
        {
            throw new SandboxException($"The command \"{_words[0]}\" can't be started: {ex.Message}", isTransient: false, ex);
        }
    }

    /// <inheritdoc/>
    public async Task<SandboxExit> WaitAsync(CancellationToken cancellationToken)
    {
        var running = _child ?? throw new UnreachableException($"{folder} was not started, and is waited for.");
        return new SandboxExit(await running.Ended.WaitAsync(cancellationToken), OutOfMemory: false);
    }

    /// <inheritdoc/>
    public async Task StopAsync(TimeSpan grace)
    {
        if (_child is not { } running)
        {
            return;
        }

        if (grace > TimeSpan.Zero)
        {
            running.Signal(Posix.SigTerm);
            await Task.WhenAny(running.Ended, Task.Delay(grace));
        }

        running.Signal(Posix.SigKill);
        await running.Ended;
    }

    /// <inheritdoc/>
    public Task<string> ReadProgressAsync(CancellationToken cancellationToken, bool last = false) =>
        Task.FromResult(_workspace?.ReadProgress(last) ?? "");

    /// <inheritdoc/>
    public TimeSpan? GetProgressPollDelay(TimeSpan quiet) => ProgressPollInterval;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _workspace?.Dispose();
        _workspace = null;
        if (!_isCreated)
        {
            // Rejected before it was made: whatever is at that path is not this task's.
            return;
        }

        _isCreated = false;
        try
        {
            await TaskFolders.RemoveAsync(folder, user);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The folder {folder} can't be removed: {ex.Message}", isTransient: true, ex);
        }
    }

    private Dictionary<string, string> Variables()
    {
        var variables = TaskEnvironment.Create(assignment, _paths);
        variables.TryAdd("PATH", Programs.SearchPath);
        variables.TryAdd("HOME", folder);
        // Without one, Ruby and others read UTF-8 as ASCII.
        variables.TryAdd("LANG", "C.UTF-8");
        return variables;
    }

    private Task<string> ProgramAsync(Dictionary<string, string> variables)
    {
        if (_words.Count == 0)
        {
            throw new SandboxException(
                $"{assignment.CodeName} has no command: the process executor runs no images, so give the code one.", isTransient: false);
        }

        if (_words.Any(word => word.Contains('\0', StringComparison.Ordinal)))
        {
            throw new SandboxException("The command has a NUL character in it.", isTransient: false);
        }

        // A program that came in the zip is named from the folder on.
        return new ProgramSearch(user).FindAsync(_words[0], folder, variables["PATH"]);
    }
}
