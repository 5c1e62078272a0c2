using System.Collections.Concurrent;
using System.Text;
using Orleans.Hybrid.Domain.Launching;
using Orleans.Hybrid.Domain.Launching.Scripts;
using Orleans.Hybrid.Domain.Steps;

namespace Orleans.Hybrid.Silo.Nimbix.Errands;

/// <summary>
/// Keeps what jobs write. Text is for people: where it can't be kept now, the next look brings it. Only that the text of a
/// job that has ended is whole is waited for, since its last line is the verdict.
/// </summary>
internal sealed class LaunchConsoles(ILaunchTexts texts, TimeProvider time)
{
    /// <summary>Stands where lines may be missing: more were written between two looks than one look shows.</summary>
    public const string GapLine = "[lines may be missing here]";

    private const int LastWords = 4096;
    private const int MostReads = 3;
    private const int PieceSize = 1 << 20;

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string Launch, int Attempt), Reading> _open = new();

    /// <summary>A look at a job that runs.</summary>
    public Task SeeAsync(LaunchOrder order, string window, CancellationToken cancel) => KeepAsync(order, window, ended: false, cancel);

    /// <summary>
    /// A look at a job that has ended: its last words; null while there may be more of them, which is until it ends with a
    /// verdict or two looks saw the same.
    /// </summary>
    public async Task<string?> EndAsync(LaunchOrder order, string output, CancellationToken cancel)
    {
        var key = (order.LaunchId, order.Attempt);
        var before = _open.GetValueOrDefault(key) ?? new Reading(null, 0);
        if (!VerdictLine.Ends(output) && before.Output != output && before.Reads + 1 < MostReads)
        {
            _open[key] = before with { Output = output, Reads = before.Reads + 1, SeenAt = time.GetTimestamp() };
            return null;
        }

        if (!await KeepAsync(order, output, ended: true, cancel))
        {
            return null;
        }

        _open.TryRemove(key, out _);
        return output.Length > LastWords ? output[^LastWords..] : output;
    }

    /// <summary>Forgets the consoles that nobody has looked at for long: another silo has seen their ends.</summary>
    public void Tidy()
    {
        foreach (var (key, _) in _open.Where(open => time.GetElapsedTime(open.Value.SeenAt) > Forgotten))
        {
            _open.TryRemove(key, out _);
        }
    }

    private async Task<bool> KeepAsync(LaunchOrder order, string window, bool ended, CancellationToken cancel)
    {
        var key = (order.LaunchId, order.Attempt);
        try
        {
            var known = _open.GetValueOrDefault(key) is { Tail: not null } open ? open : await ReadAsync(order, cancel);
            var step = ended ? known.Tail!.End(window) : known.Tail!.Look(window);
            var bytes = Encoding.UTF8.GetBytes(step.HasGap ? $"{GapLine}\n{step.Added}" : step.Added);
            if (bytes.Length == 0 || await texts.AppendAsync(order.LaunchId, order.Attempt, known.Offset, bytes, cancel))
            {
                _open[key] = known with { Tail = step.Next, Offset = known.Offset + bytes.Length, SeenAt = time.GetTimestamp() };
                return true;
            }
        }
        catch (StoreUnavailableException)
        {
            // Whether it was kept will be read.
        }

        _open.TryRemove(key, out _);
        return false;
    }

    private async Task<Reading> ReadAsync(LaunchOrder order, CancellationToken cancel)
    {
        using var kept = new MemoryStream();
        while (await texts.ReadAsync(order.LaunchId, order.Attempt, kept.Length, PieceSize, cancel) is { Length: > 0 } piece)
        {
            kept.Write(piece);
        }

        return new Reading(TextTail.After(Encoding.UTF8.GetString(kept.GetBuffer().AsSpan(0, (int)kept.Length))), kept.Length);
    }

    /// <summary>What is known of one attempt's text; no tail before it was read.</summary>
    private sealed record Reading(TextTail? Tail, long Offset)
    {
        public string? Output { get; init; }

        public int Reads { get; init; }

        public long SeenAt { get; init; }
    }
}
