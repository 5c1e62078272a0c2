using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Domain.Scripts;

namespace OrleansHybrid.Launcher.Reconciliation;

/// <summary>
/// Keeps what jobs write. Text is for people: where it can't be stored now, the next poll brings it. Only that the text of a
/// job that has ended is whole is waited for, since its last line is the verdict. Between looks no text is held in memory.
/// </summary>
internal sealed class ConsoleCollector(ILaunchConsoleStore consoleStore, TimeProvider time)
{
    /// <summary>Marks where lines may be missing: more were written between two polls than one poll returns.</summary>
    public const string GapLine = "[lines may be missing here]";

    private const int MaxTailBytes = 4096;
    private const int MaxReads = 3;
    private const int ChunkSize = 256 << 10;

    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string Launch, int Attempt), Reading> _open = new();

    /// <summary>Adds a poll of a running job's console.</summary>
    public Task CollectAsync(ProviderCommand command, ReadOnlyMemory<byte> window, CancellationToken cancellationToken) => AppendAsync(command, window, ended: false, cancellationToken);

    /// <summary>
    /// Adds a poll of an ended job's console and returns its end; null while more may follow, which is until it ends with a
    /// result marker or two polls were the same.
    /// </summary>
    public async Task<string?> CollectFinalAsync(ProviderCommand command, ReadOnlyMemory<byte> output, CancellationToken cancellationToken)
    {
        var key = (command.LaunchId, command.Attempt);
        var before = _open.GetValueOrDefault(key) ?? new Reading(null, 0);
        var (last, hash) = (TailOf(output.Span), Convert.ToHexString(SHA256.HashData(output.Span)));
        if (!ResultMarker.IsAtEndOf(last) && before.Output != hash && before.Reads + 1 < MaxReads)
        {
            _open[key] = before with { Output = hash, Reads = before.Reads + 1, SeenAt = time.GetTimestamp() };
            return null;
        }

        if (!await AppendAsync(command, output, ended: true, cancellationToken))
        {
            return null;
        }

        _open.TryRemove(key, out _);
        return last;
    }

    /// <summary>Removes consoles that were not polled for long: another silo has seen their ends.</summary>
    public void RemoveStale()
    {
        foreach (var (key, _) in _open.Where(open => time.GetElapsedTime(open.Value.SeenAt) > StaleAfter))
        {
            _open.TryRemove(key, out _);
        }
    }

    // Trailing empty lines carry no information, and there may be many of them.
    private static string TailOf(ReadOnlySpan<byte> output)
    {
        var end = output.TrimEnd("\r\n\t "u8);
        return Encoding.UTF8.GetString(end.Length > MaxTailBytes ? end[^MaxTailBytes..] : end);
    }

    private async Task<bool> AppendAsync(ProviderCommand command, ReadOnlyMemory<byte> window, bool ended, CancellationToken cancellationToken)
    {
        var key = (command.LaunchId, command.Attempt);
        try
        {
            var known = _open.GetValueOrDefault(key) is { Tail: not null } open ? open : await ReadAsync(command, cancellationToken);
            var step = ended ? known.Tail!.MergeEnd(window) : known.Tail!.Merge(window);
            var offset = known.Offset;
            foreach (var piece in ChunksOf(step))
            {
                if (!await consoleStore.AppendAsync(command.LaunchId, command.Attempt, offset, piece, cancellationToken))
                {
                    _open.TryRemove(key, out _);
                    return false;
                }

                offset += piece.Length;
            }

            _open[key] = known with { Tail = step.Next, Offset = offset, SeenAt = time.GetTimestamp() };
            return true;
        }
        catch (DbException ex) when (ex.IsTransient)
        {
            // Whether it was kept will be read.
        }

        _open.TryRemove(key, out _);
        return false;
    }

    private static IEnumerable<byte[]> ChunksOf(TailMergeResult step)
    {
        if (step.HasGap)
        {
            yield return Encoding.UTF8.GetBytes($"{GapLine}\n");
        }

        for (var from = 0; from < step.Added.Length; from += ChunkSize)
        {
            yield return step.Added.Slice(from, Math.Min(ChunkSize, step.Added.Length - from)).ToArray();
        }

        if (!step.Added.IsEmpty && step.Added.Span[^1] != '\n')
        {
            yield return [(byte)'\n'];
        }
    }

    private async Task<Reading> ReadAsync(ProviderCommand command, CancellationToken cancellationToken)
    {
        var (lines, length) = (new LastLines(TailMerger.MaxLines), 0L);
        while (await consoleStore.ReadAsync(command.LaunchId, command.Attempt, length, ChunkSize, cancellationToken) is { Length: > 0 } piece)
        {
            lines.Add(piece);
            length += piece.Length;
        }

        return new Reading(TailMerger.After(lines), length);
    }

    /// <summary>The known part of one attempt's text; no tail before the first read.</summary>
    private sealed record Reading(TailMerger? Tail, long Offset)
    {
        /// <summary>The hash of the whole text as it was last seen.</summary>
        public string? Output { get; init; }

        public int Reads { get; init; }

        public long SeenAt { get; init; }
    }
}
