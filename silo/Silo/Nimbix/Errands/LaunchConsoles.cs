using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Domain.Launching.Scripts;
using OrleansHybrid.Domain.Steps;

namespace OrleansHybrid.Silo.Nimbix.Errands;

/// <summary>
/// Keeps what jobs write. Text is for people: where it can't be kept now, the next look brings it. Only that the text of a
/// job that has ended is whole is waited for, since its last line is the verdict. Between looks no text is held in memory.
/// </summary>
internal sealed class LaunchConsoles(ILaunchTexts texts, TimeProvider time)
{
    /// <summary>Stands where lines may be missing: more were written between two looks than one look shows.</summary>
    public const string GapLine = "[lines may be missing here]";

    private const int LastWords = 4096;
    private const int MostReads = 3;
    private const int PieceSize = 256 << 10;

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string Launch, int Attempt), Reading> _open = new();

    /// <summary>A look at a job that runs.</summary>
    public Task SeeAsync(LaunchOrder order, ReadOnlyMemory<byte> window, CancellationToken cancellationToken) => KeepAsync(order, window, ended: false, cancellationToken);

    /// <summary>
    /// A look at a job that has ended: its last words; null while there may be more of them, which is until it ends with a
    /// verdict or two looks saw the same.
    /// </summary>
    public async Task<string?> EndAsync(LaunchOrder order, ReadOnlyMemory<byte> output, CancellationToken cancellationToken)
    {
        var key = (order.LaunchId, order.Attempt);
        var before = _open.GetValueOrDefault(key) ?? new Reading(null, 0);
        var (last, hash) = (LastWordsOf(output.Span), Convert.ToHexString(SHA256.HashData(output.Span)));
        if (!VerdictLine.Ends(last) && before.Output != hash && before.Reads + 1 < MostReads)
        {
            _open[key] = before with { Output = hash, Reads = before.Reads + 1, SeenAt = time.GetTimestamp() };
            return null;
        }

        if (!await KeepAsync(order, output, ended: true, cancellationToken))
        {
            return null;
        }

        _open.TryRemove(key, out _);
        return last;
    }

    /// <summary>Forgets the consoles that nobody has looked at for long: another silo has seen their ends.</summary>
    public void Tidy()
    {
        foreach (var (key, _) in _open.Where(open => time.GetElapsedTime(open.Value.SeenAt) > Forgotten))
        {
            _open.TryRemove(key, out _);
        }
    }

    // Empty lines at the end say nothing, and there may be more of them than are worth telling.
    private static string LastWordsOf(ReadOnlySpan<byte> output)
    {
        var end = output.TrimEnd("\r\n\t "u8);
        return Encoding.UTF8.GetString(end.Length > LastWords ? end[^LastWords..] : end);
    }

    private async Task<bool> KeepAsync(LaunchOrder order, ReadOnlyMemory<byte> window, bool ended, CancellationToken cancellationToken)
    {
        var key = (order.LaunchId, order.Attempt);
        try
        {
            var known = _open.GetValueOrDefault(key) is { Tail: not null } open ? open : await ReadAsync(order, cancellationToken);
            var step = ended ? known.Tail!.End(window) : known.Tail!.Look(window);
            var offset = known.Offset;
            foreach (var piece in PiecesOf(step))
            {
                if (!await texts.AppendAsync(order.LaunchId, order.Attempt, offset, piece, cancellationToken))
                {
                    _open.TryRemove(key, out _);
                    return false;
                }

                offset += piece.Length;
            }

            _open[key] = known with { Tail = step.Next, Offset = offset, SeenAt = time.GetTimestamp() };
            return true;
        }
        catch (StoreUnavailableException)
        {
            // Whether it was kept will be read.
        }

        _open.TryRemove(key, out _);
        return false;
    }

    private static IEnumerable<byte[]> PiecesOf(TextStep step)
    {
        if (step.HasGap)
        {
            yield return Encoding.UTF8.GetBytes($"{GapLine}\n");
        }

        for (var from = 0; from < step.Added.Length; from += PieceSize)
        {
            yield return step.Added.Slice(from, Math.Min(PieceSize, step.Added.Length - from)).ToArray();
        }

        if (!step.Added.IsEmpty && step.Added.Span[^1] != '\n')
        {
            yield return [(byte)'\n'];
        }
    }

    private async Task<Reading> ReadAsync(LaunchOrder order, CancellationToken cancellationToken)
    {
        var (lines, length) = (new LastLines(TextTail.MostLines), 0L);
        while (await texts.ReadAsync(order.LaunchId, order.Attempt, length, PieceSize, cancellationToken) is { Length: > 0 } piece)
        {
            lines.Add(piece);
            length += piece.Length;
        }

        return new Reading(TextTail.After(lines), length);
    }

    /// <summary>What is known of one attempt's text; no tail before it was read.</summary>
    private sealed record Reading(TextTail? Tail, long Offset)
    {
        /// <summary>The hash of the whole text as it was last seen.</summary>
        public string? Output { get; init; }

        public int Reads { get; init; }

        public long SeenAt { get; init; }
    }
}
