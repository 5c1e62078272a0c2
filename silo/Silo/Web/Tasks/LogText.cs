using System.Text.Unicode;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Silo.Web.Tasks;

/// <summary>A stretch of a log as text, and where in the log's bytes it begins and ends.</summary>
public sealed record LogText(string Text, long Start, long End)
{
    private const int ShownAtFirst = 256 << 10;
    private const int MostAtOnce = 1 << 20;

    /// <summary>The last lines of a log.</summary>
    internal static async Task<LogText> ReadEndAsync(ILogStore logs, TaskState task, CancellationToken cancellationToken)
    {
        var log = await ReadAsync(logs, task, Math.Max(0, task.LogSize - ShownAtFirst), cancellationToken);
        return log.Start == 0 ? log : log with { Text = log.Text[(log.Text.IndexOf('\n') + 1)..] };
    }

    /// <summary>What there is from an offset on, up to a whole character, and about a mebibyte at most.</summary>
    internal static async Task<LogText> ReadAsync(
        ILogStore logs, TaskState task, long start, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        byte[] piece;
        do
        {
            piece = await logs.ReadAsync(task.Id, task.Attempt, start + bytes.Length, cancellationToken);
            bytes.Write(piece);
        }
        while (piece.Length > 0 && bytes.Length < MostAtOnce);

        var text = new char[bytes.Length];
        Utf8.ToUtf16(
            bytes.GetBuffer().AsSpan(0, (int)bytes.Length), text, out var read, out var written, isFinalBlock: false);
        return new LogText(TerminalTextSanitizer.Lines(new string(text, 0, written)), start, start + read);
    }
}
