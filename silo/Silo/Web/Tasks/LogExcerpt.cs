using System.Text.Unicode;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Silo.Web.Tasks;

/// <summary>A stretch of a log as text, and where in the log's bytes it begins and ends.</summary>
public sealed record LogExcerpt(string Text, long Start, long End)
{
    private const int InitialBytes = 256 << 10;
    private const int MaxBytes = 1 << 20;

    /// <summary>The last lines of a log.</summary>
    internal static async Task<LogExcerpt> ReadTailAsync(ILogStore logs, TaskState task, CancellationToken cancellationToken)
    {
        var log = await ReadAsync(logs, task, Math.Max(0, task.LogSize - InitialBytes), cancellationToken);
        return log.Start == 0 ? log : log with { Text = log.Text[(log.Text.IndexOf('\n') + 1)..] };
    }

    /// <summary>The log from an offset on, up to a whole character, and about a mebibyte at most.</summary>
    internal static async Task<LogExcerpt> ReadAsync(
        ILogStore logs, TaskState task, long start, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        byte[] piece;
        do
        {
            piece = await logs.ReadAsync(task.Id, task.Attempt, start + bytes.Length, cancellationToken);
            bytes.Write(piece);
        }
        while (piece.Length > 0 && bytes.Length < MaxBytes);

        var text = new char[bytes.Length];
        Utf8.ToUtf16(
            bytes.GetBuffer().AsSpan(0, (int)bytes.Length), text, out var read, out var written, isFinalBlock: false);
        return new LogExcerpt(TerminalTextSanitizer.Lines(new string(text, 0, written)), start, start + read);
    }
}
