using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Silo.Following;

/// <summary>Tells one reader a task's log from where that reader is, in whole characters.</summary>
internal sealed class LogTelling(ILogStore logs, EventWriter writer, TaskId id, EventId at)
{
    private const int MostAtOnce = 64 << 10;
    private const int LongestCharacter = 4;

    /// <summary>How far the reader is.</summary>
    public EventId At { get; private set; } = at;

    /// <summary>Tells what there is behind, also the beginning of a character when nothing can follow it.</summary>
    public async Task TellAsync(TaskGlance task, CancellationToken gone)
    {
        if (At.Attempt != task.Attempt)
        {
            await RestartAsync(task.Attempt, gone);
        }

        for (var more = true; more && At.Offset < task.LogSize;)
        {
            var before = At;
            var bytes = await logs.ReadAsync(id, task.Attempt, At.Offset, gone);
            for (var from = 0; Whole(bytes.AsSpan(from), task.IsOver) is var length and > 0; from += length)
            {
                await SendAsync(bytes.AsMemory(from, length), gone);
            }

            more = At != before;
        }
    }

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

    private async Task RestartAsync(int attempt, CancellationToken gone)
    {
        var seen = At.Attempt;
        At = new EventId(attempt, 0);
        if (seen > 0)
        {
            var restart = new RestartNews { Attempt = attempt };
            await writer.SendAsync(TaskNews.Restart, At, restart, IronJson.Default.RestartNews, gone);
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken gone)
    {
        var news = new LogNews
        {
            Offset = At.Offset,
            Text = Encoding.UTF8.GetString(bytes.Span),
            Bytes = Utf8.IsValid(bytes.Span) ? null : bytes.ToArray(),
        };
        At = At with { Offset = At.Offset + bytes.Length };
        await writer.SendAsync(TaskNews.Log, At, news, IronJson.Default.LogNews, gone);
    }
}
