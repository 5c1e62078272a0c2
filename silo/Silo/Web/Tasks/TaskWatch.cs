using System.Text;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Silo.Following;
using EventId = OrleansHybrid.Silo.Following.EventId;

namespace OrleansHybrid.Silo.Web.Tasks;

/// <summary>Tells a browser what it has not seen of a task: more of its log, other facts, its end.</summary>
internal sealed class TaskWatch(FollowedTask followed, string projectId, TaskMark seen) : IStreamedEvents
{
    private readonly KnownTask _task = new(followed, projectId);
    private PageLogTelling? _log;

    public Task Changed => followed.Changed;

    public void Dispose() => followed.Dispose();

    public async Task<bool> TellAsync(EventWriter writer, CancellationToken cancellationToken)
    {
        _log ??= new PageLogTelling(followed, writer, seen);
        var (exists, read) = await _task.UpdateAsync(cancellationToken);
        if (exists)
        {
            await _log.TellAsync(_task.Glance, cancellationToken);
        }

        if (read is not null && TaskMark.Of(read.State).Facts is var facts && facts != _log.Facts)
        {
            _log.Facts = facts;
            await writer.SendTextAsync("change", _log.Mark, "", cancellationToken);
        }

        // A cancelled task's log goes on until its runner is done with it.
        if (exists && !_task.Glance.IsOver)
        {
            return true;
        }

        await PageStreams.EndAsync(writer, _log.Mark, cancellationToken);
        return false;
    }
}

/// <summary>A log as the events of a page: as text that steers nothing.</summary>
internal sealed class PageLogTelling(FollowedTask followed, EventWriter writer, TaskMark seen)
    : LogTelling(followed, new EventId(seen.Attempt, seen.Offset))
{
    private readonly StringBuilder _kept = new();
    private TerminalTextSanitizer _sanitizer = new(TerminalTextMode.Lines);

    /// <summary>What was seen of the task itself.</summary>
    public string Facts { get; set; } = seen.Facts;

    /// <summary>All that was seen.</summary>
    public string Mark => $"{new TaskMark(Facts, At.Attempt, At.Offset)}";

    protected override Task RestartAsync(CancellationToken cancellationToken)
    {
        _sanitizer = new TerminalTextSanitizer(TerminalTextMode.Lines);
        return writer.SendTextAsync("new-log", Mark, "", cancellationToken);
    }

    protected override Task AddAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _sanitizer.Append(Encoding.UTF8.GetString(bytes.Span), _kept);
        var text = _kept.ToString();
        _kept.Clear();
        return writer.SendTextAsync("log", Mark, text, cancellationToken);
    }
}
