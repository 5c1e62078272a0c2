using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Execution;

/// <summary>Which bytes of a log came from which stream (X7, I8, I12).</summary>
public sealed class LogPumpStreamTests
{
    private static readonly LeaseRef Lease = TaskAssignments.New().Lease;

    private readonly StringBuilder _log = new();
    private readonly Dictionary<OutputStream, StringBuilder> _apart = new()
    {
        [OutputStream.Out] = new(),
        [OutputStream.Error] = new(),
    };

    private int _longestRuns;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void X7_whatever_is_written_and_taken_when_each_byte_keeps_its_stream(int seed)
    {
        var chance = new Random(seed);
        var budget = new LogBudget(10_000_000);
        var pump = new LogPump(Lease, limit: 10_000_000, budget, _ => { });
        var written = new Dictionary<OutputStream, StringBuilder> { [OutputStream.Out] = new(), [OutputStream.Error] = new() };
        var all = new StringBuilder();
        for (var i = 0; i < 3000; i++)
        {
            var (stream, text) = ((OutputStream)chance.Next(2), new string((char)('a' + (i % 26)), chance.Next(0, 40)));
            written[stream].Append(text);
            all.Append(text);
            pump.Write(stream, Encoding.UTF8.GetBytes(text));
            if (chance.Next(4) == 0)
            {
                Keep(pump, chance.Next(1, 200));
            }
        }

        End(pump, max: 1000);

        Assert.Equal(all.ToString(), _log.ToString());
        Assert.All(written, stream => Assert.Equal(stream.Value.ToString(), _apart[stream.Key].ToString()));
        Assert.Equal(10_000_000, budget.Reserve(20_000_000));
    }

    [Fact]
    public void X7_the_beginning_and_the_end_of_a_cut_log_keep_their_streams_and_the_mark_is_in_both_logs()
    {
        var pump = new LogPump(Lease, limit: 40_000, new LogBudget(1_000_000), _ => { });
        pump.Write(OutputStream.Error, "first words\n"u8);
        pump.Write(OutputStream.Out, new byte[100_000]);
        pump.Write(OutputStream.Out, "result\n"u8);
        pump.Write(OutputStream.Error, "last words\n"u8);

        End(pump, max: 7000);

        Assert.Equal("first words\nlast words\n", _apart[OutputStream.Error].ToString());
        Assert.Contains("bytes of the log are left out here]\n", _apart[OutputStream.Out].ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\0result\n", _apart[OutputStream.Out].ToString(), StringComparison.Ordinal);
        Assert.EndsWith("result\nlast words\n", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void I12_a_program_that_takes_turns_with_every_byte_takes_no_more_memory_than_its_share()
    {
        const int share = 100_000;
        var budget = new LogBudget(share);
        var pump = new LogPump(Lease, limit: 1_000_000, budget, _ => { });
        for (var i = 0; i < 2_000_000; i++)
        {
            pump.Write((OutputStream)(i % 2), i % 2 == 0 ? "o"u8 : "e"u8);
        }

        Assert.InRange(budget.Reserve(share), 0, 10);
        End(pump, max: 1_000_000);

        // Nine bytes each in the queue, and as much again in the ring that keeps the end.
        Assert.InRange(_log.Length, share / 10, share / 4);
        Assert.Contains("bytes of the log are left out here]\n", _log.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("oeoeoe", _log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('o', _apart[OutputStream.Error].ToString());
    }

    [Fact]
    public void A_piece_has_no_more_runs_than_the_control_plane_takes()
    {
        var pump = new LogPump(Lease, limit: 10_000_000, new LogBudget(10_000_000), _ => { });
        for (var i = 0; i < 3 * LogUploadChunk.MaxRuns; i++)
        {
            pump.Write((OutputStream)((i + 1) % 2), "x"u8);
        }

        End(pump, max: 1_000_000);

        Assert.Equal(3 * LogUploadChunk.MaxRuns, _log.Length);
        Assert.Equal(LogUploadChunk.MaxRuns, _longestRuns);
    }

    [Fact]
    public void A_program_that_only_uses_standard_output_pays_nothing()
    {
        var budget = new LogBudget(1000);
        var pump = new LogPump(Lease, limit: 1000, budget, _ => { });
        pump.Write(OutputStream.Out, "one "u8);
        pump.Write(OutputStream.Out, "two"u8);

        Assert.Equal(993, budget.Reserve(1000));
        Assert.Null(pump.TakeChunk(100)!.Runs);
    }

    [Fact]
    public void A_log_that_begins_with_errors_says_so()
    {
        var pump = new LogPump(Lease, limit: 1000, new LogBudget(1000), _ => { });
        pump.Write(OutputStream.Error, "one"u8);
        pump.Write(OutputStream.Error, "two"u8);
        pump.Write(OutputStream.Out, []);
        pump.Write(OutputStream.Out, "out"u8);

        Assert.Equal([0, 6, 3], pump.TakeChunk(100)!.Runs!);
    }

    private void End(LogPump pump, int max)
    {
        pump.Complete();
        while (!pump.Drained.IsCompleted)
        {
            Keep(pump, max);
        }
    }

    private void Keep(LogPump pump, int max)
    {
        if (pump.TakeChunk(max) is not { } piece)
        {
            return;
        }

        Assert.Equal(_log.Length, piece.Offset);
        var runs = piece.Runs ?? [piece.Data.Length];
        Assert.Equal(piece.Data.Length, runs.Sum());
        Assert.All(runs.Skip(1), run => Assert.True(run > 0, "an empty run"));
        _longestRuns = Math.Max(_longestRuns, runs.Length);
        var start = 0;
        foreach (var (i, run) in runs.Index())
        {
            _apart[(OutputStream)(i % 2)].Append(Encoding.UTF8.GetString(piece.Data, start, run));
            start += run;
        }

        _log.Append(Encoding.UTF8.GetString(piece.Data));
        pump.MarkDelivered();
    }
}
