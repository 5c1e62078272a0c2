using System.Buffers;
using System.Text;
using System.Text.Unicode;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Following;

/// <summary>Tells one reader a task's log from where that reader is, in whole characters.</summary>
internal abstract class LogTelling(FollowedTask followed, EventId at)
{
    private const int MostAtOnce = 64 << 10;
    private const int LongestCharacter = 4;

    /// <summary>How far the reader is.</summary>
    public EventId At { get; private set; } = at;

    /// <summary>Tells what there is behind, also the beginning of a character when nothing can follow it.</summary>
    public async Task TellAsync(TaskGlance task, CancellationToken cancellationToken)
    {
        if (At.Attempt != task.Attempt)
        {
            var seen = At.Attempt;
            At = new EventId(task.Attempt, 0);
            await (seen > 0 ? RestartAsync(cancellationToken) : Task.CompletedTask);
        }

        for (var more = true; more && At.Offset < task.LogSize;)
        {
            var before = At;
            var bytes = await followed.ReadLogAsync(task.Attempt, At.Offset, task.LogSize, cancellationToken);
            for (var from = 0; Whole(bytes.AsSpan(from), task.IsOver) is var length and > 0; from += length)
            {
                var offset = At.Offset;
                At = At with { Offset = offset + length };
                await AddAsync(offset, bytes.AsMemory(from, length), cancellationToken);
            }

            more = At != before;
        }
    }

    /// <summary>Another attempt's log begins; <see cref="At"/> is its beginning.</summary>
    protected abstract Task RestartAsync(CancellationToken cancellationToken);

    /// <summary>More of the log, up to <see cref="At"/>.</summary>
    protected abstract Task AddAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>How many bytes can be told that end with a character, or with what is none.</summary>
    private static int Whole(ReadOnlySpan<byte> bytes, bool isOver)
    {
        var most = Math.Min(bytes.Length, MostAtOnce);
        if (isOver && most == bytes.Length)
        {
            return most;
        }

        for (var last = 1; last < LongestCharacter && last <= most; last++)
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
internal sealed class LogNewsTelling(FollowedTask followed, EventWriter writer, EventId at) : LogTelling(followed, at)
{
    protected override Task RestartAsync(CancellationToken cancellationToken) => writer.SendAsync(
        TaskNews.Restart, $"{At}", new RestartNews { Attempt = At.Attempt }, IronJson.Default.RestartNews, cancellationToken);

    protected override Task AddAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var news = new LogNews
        {
            Offset = offset,
            Text = Encoding.UTF8.GetString(bytes.Span),
            Bytes = Utf8.IsValid(bytes.Span) ? null : bytes.ToArray(),
        };
        return writer.SendAsync(TaskNews.Log, $"{At}", news, IronJson.Default.LogNews, cancellationToken);
    }
}
