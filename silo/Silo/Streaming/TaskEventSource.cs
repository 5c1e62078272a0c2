using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Streaming;

/// <summary>Writes a task's changes to one reader; reads only what has changed.</summary>
internal sealed class TaskEventSource(TaskEventServices services, TaskSubscription subscription, string projectId, StreamCursor cursor, bool withLog) : IEventSource
{
    private readonly CachedTask _task = new(subscription, projectId);
    private LogEventSource? _log;
    private TaskSnapshot? _lastWritten;

    public Task Changed => subscription.Changed;

    public void Dispose() => subscription.Dispose();

    public async Task<bool> WriteChangesAsync(ServerSentEventWriter writer, CancellationToken cancellationToken)
    {
        _log ??= new JsonLogEventSource(subscription, writer, cursor);
        var (exists, read) = await _task.UpdateAsync(cancellationToken);
        if (exists)
        {
            await (read is null ? Task.CompletedTask : WriteStatusAsync(writer, read, _log.Cursor, cancellationToken));
            await (withLog ? _log.WriteChangesAsync(_task.Snapshot, cancellationToken) : Task.CompletedTask);
        }

        if (exists && !(withLog ? _task.Snapshot.IsOver : _task.Snapshot.Phase.IsFinal()))
        {
            return true;
        }

        await writer.SendAsync(TaskEventTypes.End, $"{_log.Cursor}", cancellationToken);
        return false;
    }

    private static TaskSnapshot Facts(TaskSnapshot task) => task with { IsLeased = false, LogSize = 0 };

    private async Task WriteStatusAsync(ServerSentEventWriter writer, StoredTask task, StreamCursor cursor, CancellationToken cancellationToken)
    {
        var now = TaskSnapshot.Of(task.State);
        if (_lastWritten is null || Facts(now) != Facts(_lastWritten))
        {
            var shown = await services.TaskService.ToDetailedContractAsync(task, cancellationToken);
            await writer.SendAsync(TaskEventTypes.Status, $"{cursor}", shown, IronJson.Default.TaskInfo, cancellationToken);
        }

        _lastWritten = now;
    }
}
