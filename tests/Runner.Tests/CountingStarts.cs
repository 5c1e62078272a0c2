using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Tests;

/// <summary>What is remembered of the starts of envelopes, and for how long.</summary>
public sealed class CountingStarts : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_000_000);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-starts-");
    private readonly StateFolder _state;

    public CountingStarts() => _state = StateFolder.Open(_folder.FullName, "cluster");

    public void Dispose()
    {
        _state.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void What_runs_counts_and_so_does_what_ended()
    {
        using var starts = new StartCounts(_state, Now);
        Assert.True(starts.TryStart("a", 2, null));
        Assert.True(starts.TryStart("a", 2, null));
        Assert.False(starts.TryStart("a", 2, null));
        starts.Ended("a");
        starts.Ended("a");
        Assert.False(starts.TryStart("a", 2, null));
        Assert.True(starts.TryStart("b", 1, null));
    }

    [Fact]
    public void What_was_cut_short_is_forgiven_three_times()
    {
        using var starts = new StartCounts(_state, Now);
        for (var i = 0; i < StartCounts.MostForgiven; i++)
        {
            Assert.True(starts.TryStart("a", 1, null));
            starts.CutShort("a");
        }

        Assert.True(starts.TryStart("a", 1, null));
        starts.CutShort("a");
        Assert.False(starts.TryStart("a", 1, null));
    }

    [Fact]
    public void A_later_life_knows_what_an_earlier_one_counted_also_after_a_torn_line()
    {
        using (var starts = new StartCounts(_state, Now))
        {
            Assert.True(starts.TryStart("a", 1, null));
            starts.Ended("a");
            Assert.True(starts.TryStart("b", 2, null));
            starts.Ended("b");
        }

        File.AppendAllText(_state.File("starts"), "b 9");
        using var later = new StartCounts(_state, Now);
        Assert.False(later.TryStart("a", 1, null));
        Assert.True(later.TryStart("b", 2, null));
        Assert.False(later.TryStart("b", 2, null));
    }

    [Fact]
    public void What_would_be_refused_for_its_age_is_forgotten_and_nothing_else()
    {
        using (var starts = new StartCounts(_state, Now))
        {
            Assert.True(starts.TryStart("old", 1, Now.ToUnixTimeSeconds() + 10));
            Assert.True(starts.TryStart("young", 1, Now.ToUnixTimeSeconds() + 12));
            starts.Ended("old");
            starts.Ended("young");
        }

        using var later = new StartCounts(_state, Now.AddSeconds(11));
        Assert.False(later.TryStart("young", 1, null));
        Assert.DoesNotContain("old", File.ReadAllText(_state.File("starts")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_full_disk_cut_off_is_no_count_and_harms_none()
    {
        using (var starts = new StartCounts(_state, Now))
        {
            Assert.True(starts.TryStart("a", 1, Now.ToUnixTimeSeconds() + 1000));
            starts.Ended("a");
        }

        File.AppendAllText(_state.File("starts"), "\na 1 1 1");
        using var later = new StartCounts(_state, Now);
        Assert.False(later.TryStart("a", 1, null));
    }

    [Fact]
    public void A_long_life_forgets_the_oldest_and_nothing_that_runs()
    {
        using var starts = new StartCounts(_state, Now, most: 10);
        Assert.True(starts.TryStart("runs", 1, null));
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(starts.TryStart($"e{i}", 1, null));
            starts.Ended($"e{i}");
        }

        Assert.InRange(File.ReadAllLines(_state.File("starts")).Count(line => line.Length > 0), 1, 50);
        Assert.False(starts.TryStart("e999", 1, null));
        Assert.False(starts.TryStart("runs", 1, null));
        Assert.True(starts.TryStart("e0", 1, null));
    }

    [Fact]
    public void Only_the_newest_are_remembered()
    {
        using (var starts = new StartCounts(_state, Now))
        {
            foreach (var envelope in (string[])["a", "b", "c", "a"])
            {
                Assert.True(starts.TryStart(envelope, 9, null));
                starts.Ended(envelope);
            }
        }

        using var later = new StartCounts(_state, Now, most: 2);
        Assert.False(later.TryStart("a", 2, null));
        Assert.False(later.TryStart("c", 1, null));
        Assert.True(later.TryStart("b", 1, null));
    }
}
