using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Workers;

/// <summary>
/// Looks at the disks on which the runner and its tasks write: while one is short of room nothing more is claimed, instead of
/// claiming what can't but fail.
/// </summary>
internal sealed class DiskSpaceMonitor(
    string stateFolder, ISandboxFactory sandboxFactory, long minFreeBytes, SlotPool slots, TimeProvider time, ILogger<DiskSpaceMonitor> logger)
{
    private const double MiB = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    private string? _tasksFolder;
    private bool _isTasksFolderKnown;
    private bool _isShort;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Update(FindShortage(stateFolder));
        while (true)
        {
            await FindTasksFolderAsync(cancellationToken);
            Update(FindShortage(stateFolder) ?? (_tasksFolder is { } folder ? FindShortage(folder) : null));
            await Task.Delay(minFreeBytes > 0 ? Pause : Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
    }

    private async Task FindTasksFolderAsync(CancellationToken cancellationToken)
    {
        try
        {
            _tasksFolder = _isTasksFolderKnown ? _tasksFolder : await sandboxFactory.FindStorageFolderAsync(cancellationToken);
            _isTasksFolderKnown = true;
        }
        catch (SandboxException)
        {
            // The engine is away, which is seen to elsewhere: the next turn asks again.
        }
    }

    /// <summary>The folder and its room when that is too little; null also when nobody can tell.</summary>
    private (string Folder, long Free)? FindShortage(string folder)
    {
        try
        {
            // What was short is well again with a little more, so that the last bytes don't make it go on and off.
            var wanted = _isShort ? minFreeBytes + (minFreeBytes / 8) : minFreeBytes;
            return new DriveInfo(folder).AvailableFreeSpace is var free && free < wanted ? (folder, free) : null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private void Update((string Folder, long Free)? shortage)
    {
        if (shortage is { } found && !_isShort)
        {
            logger.DiskSpaceLow(found.Folder, found.Free / MiB, minFreeBytes / MiB);
        }
        else if (shortage is null && _isShort)
        {
            logger.DiskSpaceRecovered();
        }

        _isShort = shortage is not null;
        slots.SetClaimsPaused(_isShort);
    }
}
