using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Following;

/// <summary>Tells one reader what is new about a task; reads only what has changed.</summary>
internal sealed class TaskTelling(TaskStreams parts, FollowedTask followed, string projectId, EventId at, bool withLog) : IStreamedEvents
{
    private readonly KnownTask _task = new(followed, projectId);
    private LogTelling? _log;
    private TaskGlance? _told;

    public Task Changed => followed.Changed;

    public void Dispose() => followed.Dispose();

    public async Task<bool> TellAsync(EventWriter writer, CancellationToken cancellationToken)
    {
        _log ??= new LogNewsTelling(followed, writer, at);
        var (exists, read) = await _task.UpdateAsync(cancellationToken);
        if (exists)
        {
            await (read is null ? Task.CompletedTask : TellStatusAsync(writer, read, _log.At, cancellationToken));
            await (withLog ? _log.TellAsync(_task.Glance, cancellationToken) : Task.CompletedTask);
        }

        if (exists && !(withLog ? _task.Glance.IsOver : _task.Glance.Phase.IsFinal()))
        {
            return true;
        }

        await writer.SendAsync(TaskNews.End, $"{_log.At}", cancellationToken);
        return false;
    }

    private static TaskGlance Facts(TaskGlance task) => task with { IsLeased = false, LogSize = 0 };

    private async Task TellStatusAsync(EventWriter writer, StoredTask task, EventId at, CancellationToken cancellationToken)
    {
        var now = TaskGlance.Of(task.State);
        if (_told is null || Facts(now) != Facts(_told))
        {
            var shown = await parts.Desk.ShowWholeAsync(task, cancellationToken);
            await writer.SendAsync(TaskNews.Status, $"{at}", shown, IronJson.Default.TaskInfo, cancellationToken);
        }

        _told = now;
    }
}
