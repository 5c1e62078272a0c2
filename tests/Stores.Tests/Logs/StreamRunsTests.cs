using OrleansHybrid.Stores.Logs;

namespace OrleansHybrid.Stores.Tests.Logs;

/// <summary>How the streams of a chunk are kept.</summary>
public sealed class StreamRunsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_packed_is_found_again(int seed)
    {
        var chance = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var digits = chance.Next(1, 7);
            int[] runs =
            [
                chance.Next(2) * chance.Next(1, 100),
                .. Enumerable.Range(0, chance.Next(0, 30)).Select(_ => chance.Next(1, (int)Math.Pow(10, digits))),
            ];
            var size = runs.Sum();

            var expected = new List<(int, int)>();
            var at = 0;
            foreach (var (index, run) in runs.Index())
            {
                if (index % 2 == 0 && run > 0)
                {
                    expected.Add((at, at + run));
                }

                at += run;
            }

            Assert.Equal(expected, StreamRuns.OutputIn(size, StreamRuns.Pack(runs)));
        }
    }

    [Fact]
    public void A_chunk_without_them_is_standard_output()
    {
        Assert.Equal([(0, 7)], StreamRuns.OutputIn(7, null));
        Assert.Equal([(0, 7)], StreamRuns.OutputIn(7, []));
        Assert.Empty(StreamRuns.OutputIn(0, null));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void I12_whatever_bytes_stand_there_nothing_outside_the_chunk_is_shown_and_nothing_twice(int seed)
    {
        var chance = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var packed = new byte[chance.Next(0, 40)];
            chance.NextBytes(packed);
            if (chance.Next(3) == 0)
            {
                packed.AsSpan(0, chance.Next(0, packed.Length + 1)).Fill(0xff);
            }

            var (size, end) = (chance.Next(0, 1 << chance.Next(0, 21)), 0);
            foreach (var (from, to) in StreamRuns.OutputIn(size, packed))
            {
                Assert.True(end <= from && from < to && to <= size, $"{from} to {to} of {size}, after {end}");
                end = to;
            }
        }
    }
}
