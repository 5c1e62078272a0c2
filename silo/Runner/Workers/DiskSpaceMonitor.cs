using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Workers;

/// <summary>
/// Checks the disks on which the runner and its tasks write: while one is short of space nothing more is claimed, since it
/// would fail.
/// </summary>
internal sealed class DiskSpaceMonitor(
    StateFolder state,
    ISandboxFactory sandboxFactory,
    long minFreeBytes,
    SlotPool slots,
    IRunnerAgentGrain agent,
    TimeProvider time,
    ILogger<DiskSpaceMonitor> logger) : ISessionLoop
{
    private const double MiB = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    private string? _tasksFolder;
    private bool _isTasksFolderKnown;
    private bool _isShort;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // The agent has not begun to claim yet.
        Update(FindShortage(state.Path));
        slots.SetClaimsPaused(_isShort);
        while (true)
        {
            await FindTasksFolderAsync(cancellationToken);
            if (Update(FindShortage(state.Path) ?? (_tasksFolder is { } folder ? FindShortage(folder) : null)))
            {
                await agent.SetClaimsPaused(_isShort);
            }

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
            // The engine is down, which is handled elsewhere: retried with the next check.
        }
    }

    /// <summary>The folder and its free space when that is too little; null also when that is not known.</summary>
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

    /// <summary>True when that is a change.</summary>
    private bool Update((string Folder, long Free)? shortage)
    {
        if (shortage is { } found && !_isShort)
        {
            logger.DiskSpaceLow(found.Folder, found.Free / MiB, minFreeBytes / MiB);
        }
        else if (shortage is null && _isShort)
        {
            logger.DiskSpaceRecovered();
        }

        var isNews = _isShort != shortage is not null;
        _isShort = shortage is not null;
        return isNews;
    }
}
