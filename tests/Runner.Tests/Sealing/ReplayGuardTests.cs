using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Tests.Sealing;

/// <summary>The memory of starts of envelopes, and for how long it lasts.</summary>
public sealed class ReplayGuardTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_000_000);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-starts-");
    private readonly StateFolder _state;

    public ReplayGuardTests() => _state = StateFolder.Open(_folder.FullName, "cluster");

    public void Dispose()
    {
        _state.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Running_and_ended_starts_both_count()
    {
        using var starts = new ReplayGuard(_state, Now);
        Assert.True(starts.TryStart("a", 2, null));
        Assert.True(starts.TryStart("a", 2, null));
        Assert.False(starts.TryStart("a", 2, null));
        starts.RecordEnd("a");
        starts.RecordEnd("a");
        Assert.False(starts.TryStart("a", 2, null));
        Assert.True(starts.TryStart("b", 1, null));
    }

    [Fact]
    public void Interrupted_starts_are_forgiven_three_times()
    {
        using var starts = new ReplayGuard(_state, Now);
        for (var i = 0; i < ReplayGuard.MaxForgivenStarts; i++)
        {
            Assert.True(starts.TryStart("a", 1, null));
            starts.RecordInterruption("a");
        }

        Assert.True(starts.TryStart("a", 1, null));
        starts.RecordInterruption("a");
        Assert.False(starts.TryStart("a", 1, null));
    }

    [Fact]
    public void A_later_life_knows_what_an_earlier_one_counted_also_after_a_torn_line()
    {
        using (var starts = new ReplayGuard(_state, Now))
        {
            Assert.True(starts.TryStart("a", 1, null));
            starts.RecordEnd("a");
            Assert.True(starts.TryStart("b", 2, null));
            starts.RecordEnd("b");
        }

        File.AppendAllText(_state.PathOf("starts"), "b 9");
        using var later = new ReplayGuard(_state, Now);
        Assert.False(later.TryStart("a", 1, null));
        Assert.True(later.TryStart("b", 2, null));
        Assert.False(later.TryStart("b", 2, null));
    }

    [Fact]
    public void Only_envelopes_too_old_to_be_accepted_are_forgotten()
    {
        using (var starts = new ReplayGuard(_state, Now))
        {
            Assert.True(starts.TryStart("old", 1, Now.ToUnixTimeSeconds() + 10));
            Assert.True(starts.TryStart("young", 1, Now.ToUnixTimeSeconds() + 12));
            starts.RecordEnd("old");
            starts.RecordEnd("young");
        }

        using var later = new ReplayGuard(_state, Now.AddSeconds(11));
        Assert.False(later.TryStart("young", 1, null));
        Assert.DoesNotContain("old", File.ReadAllText(_state.PathOf("starts")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_cut_off_by_a_full_disk_counts_nothing_and_harms_no_other()
    {
        using (var starts = new ReplayGuard(_state, Now))
        {
            Assert.True(starts.TryStart("a", 1, Now.ToUnixTimeSeconds() + 1000));
            starts.RecordEnd("a");
        }

        File.AppendAllText(_state.PathOf("starts"), "\na 1 1 1");
        using var later = new ReplayGuard(_state, Now);
        Assert.False(later.TryStart("a", 1, null));
    }

    [Fact]
    public void A_long_life_forgets_the_oldest_and_nothing_that_runs()
    {
        using var starts = new ReplayGuard(_state, Now, maxEnvelopes: 10);
        Assert.True(starts.TryStart("runs", 1, null));
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(starts.TryStart($"e{i}", 1, null));
            starts.RecordEnd($"e{i}");
        }

        Assert.InRange(File.ReadAllLines(_state.PathOf("starts")).Count(line => line.Length > 0), 1, 50);
        Assert.False(starts.TryStart("e999", 1, null));
        Assert.False(starts.TryStart("runs", 1, null));
        Assert.True(starts.TryStart("e0", 1, null));
    }

    [Fact]
    public void Only_the_newest_are_remembered()
    {
        using (var starts = new ReplayGuard(_state, Now))
        {
            foreach (var envelope in (string[])["a", "b", "c", "a"])
            {
                Assert.True(starts.TryStart(envelope, 9, null));
                starts.RecordEnd(envelope);
            }
        }

        using var later = new ReplayGuard(_state, Now, maxEnvelopes: 2);
        Assert.False(later.TryStart("a", 2, null));
        Assert.False(later.TryStart("c", 1, null));
        Assert.True(later.TryStart("b", 1, null));
    }
}
