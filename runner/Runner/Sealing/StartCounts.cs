using System.Globalization;
using System.Text;
using Orleans.Hybrid.Runner.State;

namespace Orleans.Hybrid.Runner.Sealing;

/// <summary>
/// How often programs were started with the bytes of each envelope, kept in the state folder: whoever replays them gets no further than the
/// one who sealed them said. A start that was cut short, by a crash or by a lost lease, is forgiven a few times, or a failing machine would
/// use up a task that never ran to its end.
/// </summary>
internal sealed class StartCounts : IDisposable
{
    /// <summary>How many starts of one envelope are forgiven.</summary>
    public const int MostForgiven = 3;

    private const int DefaultMost = 200_000;

    private readonly Lock guard = new();
    private readonly Dictionary<string, Count> counts = [];
    private readonly FileStream file;

    /// <summary>Reads what earlier lives counted; the newest <paramref name="most"/> envelopes are remembered.</summary>
    public StartCounts(StateFolder folder, DateTimeOffset now, int most = DefaultMost)
    {
        var path = folder.File("starts");
        if (File.Exists(path))
        {
            Keep(path, now.ToUnixTimeSeconds(), most);
        }

        file = PrivateFile.Open(path, FileMode.OpenOrCreate, FileShare.Read);
        file.Seek(0, SeekOrigin.End);
    }

    /// <summary>Counts a start, on disk when this returns; false when there were as many as allowed.</summary>
    /// <param name="envelope">Tells the envelope from all others.</param>
    /// <param name="limit">How many starts are allowed.</param>
    /// <param name="notAfter">From when on nothing needs to be remembered; null for never.</param>
    /// <exception cref="IOException">It can't be written down, and so must not be.</exception>
    public bool TryStart(string envelope, int limit, long? notAfter)
    {
        lock (guard)
        {
            var count = counts.GetValueOrDefault(envelope) ?? new Count(0, 0, 0, notAfter);
            var cutShort = count.Starts - count.Ends - count.Running;
            if (count.Starts - Math.Min(cutShort, MostForgiven) >= limit)
            {
                return false;
            }

            Write(envelope, count with { Starts = count.Starts + 1, Running = count.Running + 1 });
            return true;
        }
    }

    /// <summary>A program that was started has ended, by itself or because somebody wanted that.</summary>
    public void Ended(string envelope) => Change(envelope, count => count with { Ends = count.Ends + 1, Running = count.Running - 1 });

    /// <summary>A program that was started was cut short, and its task will be started again.</summary>
    public void CutShort(string envelope) => Change(envelope, count => count with { Running = count.Running - 1 });

    public void Dispose() => file.Dispose();

    private void Change(string envelope, Func<Count, Count> change)
    {
        lock (guard)
        {
            try
            {
                Write(envelope, change(counts[envelope]));
            }
            catch (IOException)
            {
                // Counted as cut short in the next life: forgiven, a few times.
                counts[envelope] = change(counts[envelope]);
            }
        }
    }

    private void Write(string envelope, Count count)
    {
        file.Write(Encoding.ASCII.GetBytes(count.Line(envelope)));
        file.Flush(flushToDisk: true);
        counts[envelope] = count;
    }

    private void Keep(string path, long now, int most)
    {
        var read = new Dictionary<string, (Count Count, int Line)>();
        var lines = 0;
        foreach (var line in File.ReadLines(path))
        {
            if (Count.Parse(line) is var (envelope, count))
            {
                read[envelope] = (count, lines++);
            }
        }

        var newest = read.Where(each => each.Value.Count.NotAfter is not { } end || end > now)
            .OrderByDescending(each => each.Value.Line).Take(most).Reverse();
        var kept = new StringBuilder();
        foreach (var (envelope, (count, _)) in newest)
        {
            counts[envelope] = count;
            kept.Append(count.Line(envelope));
        }

        PrivateFile.Replace(path, Encoding.ASCII.GetBytes(kept.ToString()));
    }

    /// <summary>What is known of one envelope: of its starts, so many ended, and so many run in this process.</summary>
    private sealed record Count(int Starts, int Ends, int Running, long? NotAfter)
    {
        public static (string Envelope, Count Count)? Parse(string line) =>
            line.Split(' ') is [var envelope, var starts, var ends, var notAfter]
            && int.TryParse(starts, NumberStyles.None, CultureInfo.InvariantCulture, out var started)
            && int.TryParse(ends, NumberStyles.None, CultureInfo.InvariantCulture, out var ended)
            && long.TryParse(notAfter, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var end)
                ? (envelope, new Count(started, ended, 0, end < 0 ? null : end))
                : null;

        public string Line(string envelope) =>
            string.Create(CultureInfo.InvariantCulture, $"{envelope} {Starts} {Ends} {NotAfter ?? -1}\n");
    }
}
