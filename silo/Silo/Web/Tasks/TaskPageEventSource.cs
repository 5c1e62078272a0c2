using System.Text;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Silo.Streaming;

namespace OrleansHybrid.Silo.Web.Tasks;

/// <summary>Writes to a browser what is new about a task: more of its log, other facts, its end.</summary>
internal sealed class TaskPageEventSource(TaskSubscription subscription, string projectId, TaskPageCursor seen) : IEventSource
{
    private readonly CachedTask _task = new(subscription, projectId);
    private PageLogEventSource? _log;

    public Task Changed => subscription.Changed;

    public void Dispose() => subscription.Dispose();

    public async Task<bool> WriteChangesAsync(ServerSentEventWriter writer, CancellationToken cancellationToken)
    {
        _log ??= new PageLogEventSource(subscription, writer, seen);
        var (exists, read) = await _task.UpdateAsync(cancellationToken);
        if (exists)
        {
            await _log.WriteChangesAsync(_task.Snapshot, cancellationToken);
        }

        if (read is not null && TaskPageCursor.Of(read.State).FactsDigest is var facts && facts != _log.FactsDigest)
        {
            _log.FactsDigest = facts;
            await writer.SendTextAsync("change", _log.CursorText, "", cancellationToken);
        }

        // A cancelled task's log goes on until its runner is done with it.
        if (exists && !_task.Snapshot.IsOver)
        {
            return true;
        }

        await PageStreams.SendEndAsync(writer, _log.CursorText, cancellationToken);
        return false;
    }
}

/// <summary>A log as the events of a page: as text that steers nothing.</summary>
internal sealed class PageLogEventSource(TaskSubscription subscription, ServerSentEventWriter writer, TaskPageCursor seen)
    : LogEventSource(subscription, new StreamCursor(seen.Attempt, seen.Offset))
{
    private readonly StringBuilder _kept = new();
    private TerminalTextSanitizer _sanitizer = new(TerminalTextMode.Lines);

    /// <summary>The last seen state of the task.</summary>
    public string FactsDigest { get; set; } = seen.FactsDigest;

    /// <summary>All that was seen.</summary>
    public string CursorText => $"{new TaskPageCursor(FactsDigest, Cursor.Attempt, Cursor.Offset)}";

    protected override Task WriteRestartAsync(CancellationToken cancellationToken)
    {
        _sanitizer = new TerminalTextSanitizer(TerminalTextMode.Lines);
        return writer.SendTextAsync("new-log", CursorText, "", cancellationToken);
    }

    protected override Task WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _sanitizer.Append(Encoding.UTF8.GetString(bytes.Span), _kept);
        var text = _kept.ToString();
        _kept.Clear();
        return writer.SendTextAsync("log", CursorText, text, cancellationToken);
    }
}
