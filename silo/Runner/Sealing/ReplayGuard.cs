using System.Globalization;
using System.Text;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Sealing;

/// <summary>
/// Counts in the state folder how often programs were started with the bytes of each envelope, so that replaying them does not exceed the
/// number of starts they were sealed for. A start that was cut short, by a crash or by a lost lease, is forgiven a few times, or a failing
/// machine would use up a task that never ran to its end.
/// </summary>
internal sealed class ReplayGuard : IDisposable
{
    /// <summary>How many starts of one envelope are forgiven.</summary>
    public const int MaxForgivenStarts = 3;

    private const int DefaultMaxEnvelopes = 200_000;

    // An envelope mostly has two: its start, and its end.
    private const int LinesPerEnvelope = 4;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly long _startedAt;
    private readonly int _maxEnvelopes;
    private Dictionary<string, Count> _counts = [];
    private FileStream _file;
    private int _lines;

    /// <summary>Reads the counts of earlier runs; the newest <paramref name="maxEnvelopes"/> envelopes are remembered.</summary>
    public ReplayGuard(StateFolder folder, DateTimeOffset now, int maxEnvelopes = DefaultMaxEnvelopes)
    {
        (_path, _startedAt, this._maxEnvelopes) = (folder.PathOf("starts"), now.ToUnixTimeSeconds(), maxEnvelopes);
        if (File.Exists(_path))
        {
            _counts = RewriteFile([]);
        }

        _file = OpenFile();
    }

    /// <summary>Counts a start, on disk when this returns; false when the limit was reached.</summary>
    /// <param name="envelope">The envelope's unique id.</param>
    /// <param name="limit">How many starts are allowed.</param>
    /// <param name="notAfter">When the count can be removed; null for never.</param>
    /// <exception cref="IOException">It can't be written, so the program must not start.</exception>
    public bool TryStart(string envelope, int limit, long? notAfter)
    {
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(envelope) ?? new Count(0, 0, 0, notAfter);
            var cutShort = count.Starts - count.Ends - count.Running;
            if (count.Starts - Math.Min(cutShort, MaxForgivenStarts) >= limit)
            {
                return false;
            }

            Write(envelope, count with { Starts = count.Starts + 1, Running = count.Running + 1 });
            return true;
        }
    }

    /// <summary>A program that was started has ended, by itself or because it was stopped.</summary>
    public void RecordEnd(string envelope) => Change(envelope, count => count with { Ends = count.Ends + 1, Running = count.Running - 1 });

    /// <summary>A program that was started was cut short, and its task will be started again.</summary>
    public void RecordInterruption(string envelope) => Change(envelope, count => count with { Running = count.Running - 1 });

    public void Dispose() => _file.Dispose();

    private void Change(string envelope, Func<Count, Count> change)
    {
        lock (_lock)
        {
            try
            {
                Write(envelope, change(_counts[envelope]));
            }
            catch (IOException)
            {
                // Counted as cut short in the next run: forgiven, a few times.
                _counts[envelope] = change(_counts[envelope]);
            }
        }
    }

    private void Write(string envelope, Count count)
    {
        _file.Write(Encoding.ASCII.GetBytes(count.Line(envelope)));
        _file.Flush(flushToDisk: true);
        _counts[envelope] = count;
        if (++_lines >= LinesPerEnvelope * _maxEnvelopes)
        {
            Compact();
        }
    }

    /// <summary>Removes expired counts, also in a long run; never those of running programs.</summary>
    private void Compact()
    {
        _lines = 0;
        try
        {
            var kept = RewriteFile(_counts.Where(each => each.Value.Running > 0));
            var shorter = OpenFile();
            _file.Dispose();
            (_counts, _file) = (kept, shorter);
        }
        catch (IOException)
        {
            // The long file is as good; the next try comes.
        }
    }

    private FileStream OpenFile()
    {
        var opened = PrivateFile.Open(_path, FileMode.OpenOrCreate, FileShare.Read);
        opened.Seek(0, SeekOrigin.End);
        return opened;
    }

    /// <summary>The newest of what the file has, and <paramref name="running"/>; the file then has nothing else.</summary>
    private Dictionary<string, Count> RewriteFile(IEnumerable<KeyValuePair<string, Count>> running)
    {
        var read = new Dictionary<string, (Count Count, int Line)>();
        var number = 0;
        foreach (var line in File.ReadLines(_path))
        {
            if (Count.Parse(line) is var (envelope, count))
            {
                read[envelope] = (count, number++);
            }
        }

        foreach (var (envelope, count) in running)
        {
            read[envelope] = (count, int.MaxValue);
        }

        var newest = read.Where(each => each.Value.Count.NotAfter is not { } end || end > _startedAt)
            .OrderByDescending(each => each.Value.Line).Take(_maxEnvelopes).Reverse().ToList();
        PrivateFile.Replace(
            _path, Encoding.ASCII.GetBytes(string.Concat(newest.Select(each => each.Value.Count.Line(each.Key)))));
        return newest.ToDictionary(each => each.Key, each => each.Value.Count);
    }

    /// <summary>The record of one envelope: of its starts, so many ended, and so many run in this process.</summary>
    private sealed record Count(int Starts, int Ends, int Running, long? NotAfter)
    {
        // A line that a full disk cut off has none, and the next one starts a new line: neither is mistaken for something else.
        private const string End = ".";

        public static (string Envelope, Count Count)? Parse(string line) =>
            line.Split(' ') is [var envelope, var starts, var ends, var notAfter, End]
            && int.TryParse(starts, NumberStyles.None, CultureInfo.InvariantCulture, out var started)
            && int.TryParse(ends, NumberStyles.None, CultureInfo.InvariantCulture, out var ended)
            && long.TryParse(notAfter, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var until)
                ? (envelope, new Count(started, ended, 0, until < 0 ? null : until))
                : null;

        public string Line(string envelope) =>
            string.Create(CultureInfo.InvariantCulture, $"\n{envelope} {Starts} {Ends} {NotAfter ?? -1} {End}\n");
    }
}
