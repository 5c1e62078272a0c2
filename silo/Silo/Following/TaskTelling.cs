using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Silo.Following;

/// <summary>Tells one reader what is new about a task; asks the database only for what has changed.</summary>
internal sealed class TaskTelling(
    TaskStreams parts, EventWriter writer, FollowedTask followed, LogTelling? log, string projectId, TaskId id)
{
    private TaskGlance? _told;

    /// <summary>Tells the news; false when nothing will follow.</summary>
    public async Task<bool> TellAsync(EventId at, CancellationToken gone)
    {
        var latest = followed.Latest;
        if (_told is null || latest is null || (Facts(latest), latest.IsLeased) != (Facts(_told), _told.IsLeased))
        {
            // What was seen may be older than what was told: only the task itself says how it is.
            if (await parts.Tasks.FindAsync(projectId, id, gone) is not { } task)
            {
                return false;
            }

            await TellAsync(task, at, gone);
        }

        if (log is null)
        {
            return !_told!.Phase.IsFinal();
        }

        var size = latest?.Attempt == _told!.Attempt ? Math.Max(latest.LogSize, _told.LogSize) : _told.LogSize;
        await log.TellAsync(_told with { LogSize = size }, gone);
        return !_told.IsOver;
    }

    private static TaskGlance Facts(TaskGlance task) => task with { IsLeased = false, LogSize = 0 };

    private async Task TellAsync(StoredTask task, EventId at, CancellationToken gone)
    {
        var now = TaskGlance.Of(task.State);
        if (_told is null || Facts(now) != Facts(_told))
        {
            var shown = await parts.Desk.ShowAsync(task, gone);
            await writer.SendAsync(TaskNews.Status, at, shown, IronJson.Default.TaskInfo, gone);
        }

        _told = now;
    }
}
