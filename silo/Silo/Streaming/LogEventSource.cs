using System.Buffers;
using System.Text;
using System.Text.Unicode;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Streaming;

/// <summary>Writes a task's log to one reader from its position on, in whole characters.</summary>
internal abstract class LogEventSource(TaskSubscription subscription, StreamCursor cursor)
{
    private const int MaxChunkBytes = 64 << 10;
    private const int MaxCharacterBytes = 4;

    /// <summary>How far the reader is.</summary>
    public StreamCursor Cursor { get; private set; } = cursor;

    /// <summary>Writes what follows the position, also an incomplete character when nothing can follow it.</summary>
    public async Task WriteChangesAsync(TaskSnapshot task, CancellationToken cancellationToken)
    {
        if (Cursor.Attempt != task.Attempt)
        {
            var seen = Cursor.Attempt;
            Cursor = new StreamCursor(task.Attempt, 0);
            await (seen > 0 ? WriteRestartAsync(cancellationToken) : Task.CompletedTask);
        }

        for (var more = true; more && Cursor.Offset < task.LogSize;)
        {
            var before = Cursor;
            var bytes = await subscription.ReadLogAsync(task.Attempt, Cursor.Offset, task.LogSize, cancellationToken);
            for (var from = 0; CompleteLength(bytes.AsSpan(from), task.IsOver) is var length and > 0; from += length)
            {
                var offset = Cursor.Offset;
                Cursor = Cursor with { Offset = offset + length };
                await WriteAsync(offset, bytes.AsMemory(from, length), cancellationToken);
            }

            more = Cursor != before;
        }
    }

    /// <summary>Another attempt's log begins; <see cref="Cursor"/> is its beginning.</summary>
    protected abstract Task WriteRestartAsync(CancellationToken cancellationToken);

    /// <summary>More of the log, up to <see cref="Cursor"/>.</summary>
    protected abstract Task WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>How many bytes can be written that end with a character, or with an invalid one.</summary>
    private static int CompleteLength(ReadOnlySpan<byte> bytes, bool isOver)
    {
        var most = Math.Min(bytes.Length, MaxChunkBytes);
        if (isOver && most == bytes.Length)
        {
            return most;
        }

        for (var last = 1; last < MaxCharacterBytes && last <= most; last++)
        {
            if (Rune.DecodeFromUtf8(bytes[(most - last)..most], out _, out _) == OperationStatus.NeedMoreData)
            {
                return most - last;
            }
        }

        return most;
    }
}

/// <summary>A log as the events of the API: with its offsets, and as bytes where it is no text.</summary>
internal sealed class JsonLogEventSource(TaskSubscription subscription, ServerSentEventWriter writer, StreamCursor cursor) : LogEventSource(subscription, cursor)
{
    protected override Task WriteRestartAsync(CancellationToken cancellationToken) => writer.SendAsync(
        TaskEventTypes.Restart, $"{Cursor}", new LogRestartedEvent { Attempt = Cursor.Attempt }, IronJson.Default.LogRestartedEvent, cancellationToken);

    protected override Task WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var added = new LogEvent
        {
            Offset = offset,
            Text = Encoding.UTF8.GetString(bytes.Span),
            Bytes = Utf8.IsValid(bytes.Span) ? null : bytes.ToArray(),
        };
        return writer.SendAsync(TaskEventTypes.Log, $"{Cursor}", added, IronJson.Default.LogEvent, cancellationToken);
    }
}
