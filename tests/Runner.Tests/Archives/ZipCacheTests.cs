using System.Runtime.Versioning;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Archives;

/// <summary>The cache of zips: content, lifetime and access (I12).</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ZipCacheTests : IAsyncLifetime
{
    private ZipFetcherFixture _trial = null!;

    public async Task InitializeAsync() => _trial = await ZipFetcherFixture.StartAsync();

    public async Task DisposeAsync() => await _trial.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task A_zip_outlives_the_runner_and_is_not_downloaded_again()
    {
        var zip = ZipBuilder.OfSize(800);
        await _trial.FetchAsync(zip);
        _trial.Restart();
        var calls = _trial.Plane.ZipCalls.Count;

        await _trial.FetchAsync(zip);

        Assert.Equal(calls, _trial.Plane.ZipCalls.Count);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_zip_that_was_changed_between_two_lives_is_downloaded_again(bool isCut)
    {
        var zip = ZipBuilder.OfSize(800);
        await _trial.FetchAsync(zip);
        var file = Path.Combine(_trial.Path, Assert.Single(_trial.CachedFiles));
        var changed = File.ReadAllBytes(file);
        changed[100] ^= 1;
        _trial.Restart(() => File.WriteAllBytes(file, isCut ? changed[..500] : changed));
        _trial.TakeRequests();

        await _trial.FetchAsync(zip);

        Assert.NotEmpty(_trial.TakeRequests());
        Assert.Equal(zip, File.ReadAllBytes(file));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_part_of_a_zip_and_what_else_lies_there_does_not_outlive_the_runner()
    {
        var zip = ZipBuilder.OfSize(800);
        await _trial.FetchAsync(zip);
        var name = Assert.Single(_trial.CachedFiles);
        _trial.Restart(() =>
        {
            File.Move(Path.Combine(_trial.Path, name), Path.Combine(_trial.Path, name + ".part"));
            File.WriteAllText(Path.Combine(_trial.Path, "something"), "else");
        });

        Assert.Empty(_trial.CachedFiles);
        _trial.TakeRequests();
        await _trial.FetchAsync(zip);
        Assert.NotEmpty(_trial.TakeRequests());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_that_somebody_removed_is_an_error_of_the_host_once_and_is_then_downloaded_again()
    {
        var zip = ZipBuilder.OfSize(800);
        await _trial.FetchAsync(zip);
        File.Delete(Path.Combine(_trial.Path, Assert.Single(_trial.CachedFiles)));

        Assert.True((await Assert.ThrowsAsync<SandboxException>(() => _trial.OpenAsync(zip))).IsTransient);

        await _trial.FetchAsync(zip);
        Assert.Single(_trial.CachedFiles);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_its_owner_may_see_it()
    {
        await _trial.FetchAsync(ZipBuilder.OfSize(800));

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(_trial.Path, Assert.Single(_trial.CachedFiles))));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_trial.Path));
    }

    [Fact(Timeout = 60_000)]
    public async Task Room_is_made_by_what_was_used_least_recently_also_in_an_earlier_life()
    {
        var zips = Enumerable.Range(0, 3).Select(_ => ZipBuilder.OfSize(900)).ToList();
        await KeepLaterAsync(zips[0]);
        await KeepLaterAsync(zips[1]);
        _trial.Restart();
        await KeepLaterAsync(zips[0]);
        _trial.TakeRequests();

        await KeepLaterAsync(zips[2]);
        await KeepLaterAsync(zips[0]);

        Assert.Equal([Named(2), Named(0)], _trial.CachedFiles);

        string Named(int zip) => $"{ZipBuilder.Named(zips[zip]).Sha256}-{zips[zip].Length}.zip";
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_in_use_is_not_evicted_and_the_next_one_waits_for_space()
    {
        var (one, other) = (ZipBuilder.OfSize(1400), ZipBuilder.OfSize(1400));
        var used = await _trial.OpenAsync(one);
        var calls = _trial.Plane.ZipCalls.Count;
        var lease = _trial.Lease();
        var impatient = _trial.OpenAsync(other, lease);
        var waiting = _trial.OpenAsync(other);
        lease.Stop(StopReason.Cancelled);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal((1, calls, false), (_trial.CachedFiles.Count, _trial.Plane.ZipCalls.Count, waiting.IsCompleted));
        used.Dispose();

        using var contents = await waiting;
        Assert.Single(_trial.CachedFiles);
        Assert.Equal(1400, Assert.Single(contents.Files).Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_that_can_never_have_room_is_not_fetched_and_evicts_nothing()
    {
        await _trial.FetchAsync(ZipBuilder.OfSize(800));
        var calls = _trial.Plane.ZipCalls.Count;

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => _trial.OpenAsync(ZipBuilder.OfSize(ZipFetcherFixture.MaxBytes)));

        Assert.Contains("ZIP_CACHE_LIMIT", trouble.Message, StringComparison.Ordinal);
        Assert.Equal((false, 1, calls), (trouble.IsPermanent, _trial.CachedFiles.Count, _trial.Plane.ZipCalls.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_that_is_not_unpacked_is_let_go_of()
    {
        var bad = ZipBuilder.Of((new string('x', 300), new string('y', 1)));
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<SandboxException>(() => _trial.OpenAsync(bad));
        }

        await _trial.FetchAsync(ZipBuilder.OfSize(2000));
        Assert.Single(_trial.CachedFiles);
    }

    private Task KeepLaterAsync(byte[] zip)
    {
        _trial.Time.Advance(TimeSpan.FromMinutes(1));
        return _trial.FetchAsync(zip);
    }
}
