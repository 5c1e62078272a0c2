using System.Runtime.Versioning;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Zips;

/// <summary>What is kept of zips, for how long, and who may look at it (I12).</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeepingZips : IAsyncLifetime
{
    private ZipTrial trial = null!;

    public async Task InitializeAsync() => trial = await ZipTrial.StartAsync();

    public async Task DisposeAsync() => await trial.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task A_zip_outlives_the_runner_and_is_not_downloaded_again()
    {
        var zip = ZipMaker.OfSize(800);
        await trial.KeepAsync(zip);
        trial.Restart();
        var calls = trial.Plane.ZipCalls.Count;

        await trial.KeepAsync(zip);

        Assert.Equal(calls, trial.Plane.ZipCalls.Count);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_zip_that_was_changed_between_two_lives_is_downloaded_again(bool isCut)
    {
        var zip = ZipMaker.OfSize(800);
        await trial.KeepAsync(zip);
        var file = Path.Combine(trial.Path, Assert.Single(trial.Kept));
        var changed = File.ReadAllBytes(file);
        changed[100] ^= 1;
        trial.Restart(() => File.WriteAllBytes(file, isCut ? changed[..500] : changed));
        trial.Asked();

        await trial.KeepAsync(zip);

        Assert.NotEmpty(trial.Asked());
        Assert.Equal(zip, File.ReadAllBytes(file));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_part_of_a_zip_and_what_else_lies_there_does_not_outlive_the_runner()
    {
        var zip = ZipMaker.OfSize(800);
        await trial.KeepAsync(zip);
        var name = Assert.Single(trial.Kept);
        trial.Restart(() =>
        {
            File.Move(Path.Combine(trial.Path, name), Path.Combine(trial.Path, name + ".part"));
            File.WriteAllText(Path.Combine(trial.Path, "something"), "else");
        });

        Assert.Empty(trial.Kept);
        trial.Asked();
        await trial.KeepAsync(zip);
        Assert.NotEmpty(trial.Asked());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_that_somebody_removed_is_trouble_of_the_host_once_and_then_comes_again()
    {
        var zip = ZipMaker.OfSize(800);
        await trial.KeepAsync(zip);
        File.Delete(Path.Combine(trial.Path, Assert.Single(trial.Kept)));

        Assert.True((await Assert.ThrowsAsync<SandboxException>(() => trial.OpenAsync(zip))).Passing);

        await trial.KeepAsync(zip);
        Assert.Single(trial.Kept);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_its_owner_may_look_at_it()
    {
        await trial.KeepAsync(ZipMaker.OfSize(800));

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(trial.Path, Assert.Single(trial.Kept))));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(trial.Path));
    }

    [Fact(Timeout = 60_000)]
    public async Task Room_is_made_by_what_was_used_least_recently_also_in_an_earlier_life()
    {
        var zips = Enumerable.Range(0, 3).Select(_ => ZipMaker.OfSize(900)).ToList();
        await KeepLaterAsync(zips[0]);
        await KeepLaterAsync(zips[1]);
        trial.Restart();
        await KeepLaterAsync(zips[0]);
        trial.Asked();

        await KeepLaterAsync(zips[2]);
        await KeepLaterAsync(zips[0]);

        Assert.Equal([Named(2), Named(0)], trial.Kept);

        string Named(int zip) => $"{ZipMaker.Named(zips[zip]).Sha256}-{zips[zip].Length}.zip";
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_task_uses_is_not_evicted_and_the_next_one_waits_for_it()
    {
        var (one, other) = (ZipMaker.OfSize(1400), ZipMaker.OfSize(1400));
        var used = await trial.OpenAsync(one);
        var calls = trial.Plane.ZipCalls.Count;
        var lease = trial.Lease();
        var impatient = trial.OpenAsync(other, lease);
        var waiting = trial.OpenAsync(other);
        lease.Interrupt(Interruption.Cancelled);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal((1, calls, false), (trial.Kept.Count, trial.Plane.ZipCalls.Count, waiting.IsCompleted));
        used.Dispose();

        using var contents = await waiting;
        Assert.Single(trial.Kept);
        Assert.Equal(1400, Assert.Single(contents.Files).Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_that_can_never_have_room_is_not_fetched_and_evicts_nothing()
    {
        await trial.KeepAsync(ZipMaker.OfSize(800));
        var calls = trial.Plane.ZipCalls.Count;

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => trial.OpenAsync(ZipMaker.OfSize(ZipTrial.Limit)));

        Assert.Contains("ZIP_CACHE_LIMIT", trouble.Message, StringComparison.Ordinal);
        Assert.Equal((false, 1, calls), (trouble.IsLasting, trial.Kept.Count, trial.Plane.ZipCalls.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_that_is_not_unpacked_is_let_go_of()
    {
        var bad = ZipMaker.Of((new string('x', 300), new string('y', 1)));
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<SandboxException>(() => trial.OpenAsync(bad));
        }

        await trial.KeepAsync(ZipMaker.OfSize(2000));
        Assert.Single(trial.Kept);
    }

    private Task KeepLaterAsync(byte[] zip)
    {
        trial.Time.Advance(TimeSpan.FromMinutes(1));
        return trial.KeepAsync(zip);
    }
}
