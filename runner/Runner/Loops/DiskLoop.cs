using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Loops;

/// <summary>
/// Looks at the disks on which the runner and its tasks write: while one is short of room nothing more is claimed, instead of
/// claiming what can't but fail.
/// </summary>
internal sealed class DiskLoop(
    string stateFolder, ISandboxes sandboxes, long least, Capacity capacity, TimeProvider time, ILogger<DiskLoop> logger)
{
    private const double MiB = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    private string? _tasksFolder;
    private bool _isLearned;
    private bool _isShort;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Note(Full(stateFolder));
        while (true)
        {
            await LearnAsync(cancellationToken);
            Note(Full(stateFolder) ?? (_tasksFolder is { } folder ? Full(folder) : null));
            await Task.Delay(least > 0 ? Pause : Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
    }

    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        try
        {
            _tasksFolder = _isLearned ? _tasksFolder : await sandboxes.FolderAsync(cancellationToken);
            _isLearned = true;
        }
        catch (SandboxException)
        {
            // The engine is away, which is seen to elsewhere: the next turn asks again.
        }
    }

    /// <summary>The folder and its room when that is too little; null also when nobody can tell.</summary>
    private (string Folder, long Free)? Full(string folder)
    {
        try
        {
            // What was short is well again with a little more, so that the last bytes don't make it go on and off.
            var wanted = _isShort ? least + (least / 8) : least;
            return new DriveInfo(folder).AvailableFreeSpace is var free && free < wanted ? (folder, free) : null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private void Note((string Folder, long Free)? full)
    {
        if (full is { } found && !_isShort)
        {
            logger.DiskFull(found.Folder, found.Free / MiB, least / MiB);
        }
        else if (full is null && _isShort)
        {
            logger.DiskFree();
        }

        _isShort = full is not null;
        capacity.Hold(_isShort);
    }
}
