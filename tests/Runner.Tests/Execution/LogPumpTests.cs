using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Execution;

/// <summary>The part of a flood of output that is kept (I8, I12, S25).</summary>
public sealed class LogPumpTests
{
    private static readonly LeaseRef Lease = TaskAssignments.New().Lease;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_byte_is_doubled_moved_or_missed_unmarked_in_any_order_of_writes_and_reads(int seed)
    {
        var chance = new Random(seed);
        var budget = new LogBudget(20_000);
        var pump = new LogPump(Lease, limit: 50_000, budget, _ => { });
        var taken = new List<byte>();
        var written = new StringBuilder();
        for (var i = 0; i < 200; i++)
        {
            var text = string.Concat(Enumerable.Range(written.Length, chance.Next(0, 1500)).Select(n => $"{n % 10}"));
            written.Append(text);
            pump.Write((OutputStream)chance.Next(2), Encoding.UTF8.GetBytes(text));
            if (chance.Next(3) == 0)
            {
                Take(pump, chance.Next(1, 4000), taken);
            }
        }

        pump.Complete();
        while (!pump.Drained.IsCompleted)
        {
            Take(pump, 10_000, taken);
        }

        var log = Encoding.UTF8.GetString([.. taken]);
        Assert.InRange(log.Length, 40_000, 50_000);
        Assert.Equal(written.ToString(), Restored(log, written.ToString()));
        Assert.Equal(20_000, budget.Reserve(30_000));
    }

    [Fact]
    public void Memory_for_logs_is_shared_and_what_finds_none_is_cut_and_marked()
    {
        var budget = new LogBudget(10_000);
        var first = new LogPump(Lease, limit: 1_000_000, budget, _ => { });
        var second = new LogPump(Lease, limit: 1_000_000, budget, _ => { });
        first.Write(OutputStream.Out, new byte[10_000]);
        second.Write(OutputStream.Out, Encoding.UTF8.GetBytes(new string('x', 200_000) + "the end"));
        first.Abandon();
        second.Complete();

        var taken = new List<byte>();
        Take(second, 1_000_000, taken);
        var log = Encoding.UTF8.GetString([.. taken]);
        Assert.StartsWith($"\n[{200_007 - (64 * 1024)} bytes of the log are left out here]\n", log, StringComparison.Ordinal);
        Assert.EndsWith("the end", log, StringComparison.Ordinal);
    }

    private static void Take(LogPump pump, int max, List<byte> taken)
    {
        if (pump.TakeChunk(max) is { } piece)
        {
            Assert.Equal(taken.Count, piece.Offset);
            taken.AddRange(piece.Data);
            pump.MarkDelivered();
        }
    }

    /// <summary>The log with each mark replaced by what it stands for.</summary>
    private static string Restored(string log, string written)
    {
        var restored = new StringBuilder();
        foreach (var part in log.Split('\n'))
        {
            var missing = part.StartsWith('[') ? int.Parse(part[1..part.IndexOf(' ', StringComparison.Ordinal)], null) : 0;
            restored.Append(missing > 0 ? written.AsSpan(restored.Length, missing) : part);
        }

        return restored.ToString();
    }
}
