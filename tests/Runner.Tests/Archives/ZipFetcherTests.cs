using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Archives;

/// <summary>A zip comes once, whoever waits for it and whatever happens to those (X4).</summary>
public sealed class ZipFetcherTests : IAsyncLifetime
{
    private ZipFetcherFixture _trial = null!;

    public async Task InitializeAsync() => _trial = await ZipFetcherFixture.StartAsync();

    public async Task DisposeAsync() => await _trial.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task Fifty_tasks_that_begin_at_once_share_one_download()
    {
        var zip = ZipBuilder.Of(("hello.sh", "echo hello"));
        var (came, release) = _trial.HoldCall(after: 0);
        var waiting = 0;
        var tasks = Enumerable.Range(0, 50).Select(_ => _trial.OpenAsync(zip, waits: () => waiting++)).ToList();
        await came;
        Assert.Equal(50, waiting);
        Assert.DoesNotContain(tasks, task => task.IsCompleted);
        release();

        var contents = await Task.WhenAll(tasks);

        Assert.All(contents, one => Assert.True(one.Find("hello.sh") is not null));
        Array.ForEach(contents, one => one.Dispose());
        Assert.Equal(Offsets(zip), _trial.TakeRequests().Select(call => call.Offset));
        (await _trial.OpenAsync(zip, waits: () => waiting++)).Dispose();
        Assert.Equal((50, 0), (waiting, _trial.TakeRequests().Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_task_that_ends_while_it_downloads_leaves_what_came_to_the_next_one()
    {
        var zip = ZipBuilder.Of(("hello.sh", "echo hello"));
        var (came, _) = _trial.HoldCall(after: 1);
        var (first, second) = (_trial.Lease(), _trial.Lease());
        var ending = _trial.OpenAsync(zip, first);
        await came;
        var staying = _trial.OpenAsync(zip, second);

        first.Stop(StopReason.Cancelled);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ending);
        using var contents = await staying;
        Assert.True(contents.Find("hello.sh") is not null);
        Assert.Equal(
            [(first.Ref.TaskId, 0), (first.Ref.TaskId, 100), .. Offsets(zip).Skip(1).Select(at => (second.Ref.TaskId, at))],
            _trial.TakeRequests());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_download_that_nobody_waits_for_any_more_leaves_nothing_behind()
    {
        var zip = ZipBuilder.Of(("hello.sh", "echo hello"));
        var (came, _) = _trial.HoldCall(after: 1);
        var lease = _trial.Lease();
        var lost = _trial.OpenAsync(zip, lease);
        await came;
        Assert.EndsWith(".part", Assert.Single(_trial.CachedFiles), StringComparison.Ordinal);

        lease.Stop(StopReason.Lost);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        Assert.Empty(_trial.CachedFiles);
        await _trial.FetchAsync(zip);
        Assert.Equal([0, 100, .. Offsets(zip)], _trial.TakeRequests().Select(call => call.Offset));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(404)]
    public async Task A_control_plane_that_is_away_is_asked_again_for_what_is_missing(int status)
    {
        var zip = ZipBuilder.Of(("hello.sh", "echo hello"));
        _trial.Plane.Zip = zip;
        var calls = 0;
        _trial.Plane.Interceptors["zip"] = _ => Task.FromResult(Interlocked.Increment(ref calls) is 2 or 3 ? status : 0);
        var opening = _trial.OpenAsync(zip);

        var (first, second) = (await _trial.Time.FireNextTimerAsync(), await _trial.Time.FireNextTimerAsync());

        using var contents = await opening;
        Assert.True(first < second, $"{first}, {second}");
        Assert.Equal([0, 100, 100, .. Offsets(zip).Skip(1)], _trial.TakeRequests().Select(call => call.Offset));
        Assert.Equal(0, _trial.HeartbeatRequests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_download_rejected_for_five_minutes_while_the_lease_holds_ends_the_task_with_the_reason()
    {
        _trial.Plane.Fail("zip", 404);
        var since = _trial.Time.GetTimestamp();
        var opening = _trial.OpenAsync(ZipBuilder.Of(("hello.sh", "echo hello")));
        while (await Task.WhenAny(opening, _trial.Time.WaitForTimerAsync(_ => true)) != opening)
        {
            await _trial.Time.FireNextTimerAsync();
        }

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => opening);
        Assert.Contains("a test wants 404", trouble.Message, StringComparison.Ordinal);
        Assert.Equal((false, false), (trouble.IsTransient, trouble.IsPermanent));
        Assert.InRange(_trial.Time.GetElapsedTime(since).TotalSeconds, 300, 330);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_that_is_not_understood_is_not_made_again()
    {
        _trial.Plane.Fail("zip", 400);

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => _trial.OpenAsync(ZipBuilder.Of(("a", "text"))));

        Assert.False(trouble.IsTransient);
        Assert.Equal(1, _trial.Plane.ZipCalls.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lease_that_is_gone_is_for_the_heartbeat_to_tell()
    {
        _trial.Plane.Fail("zip", 409);
        var lease = _trial.Lease();
        var opening = _trial.OpenAsync(ZipBuilder.Of(("a", "text")), lease);
        await _trial.Time.WaitForTimerAsync(_ => true);

        Assert.Equal(1, _trial.HeartbeatRequests);
        lease.Stop(StopReason.Cancelled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zip_that_is_another_one_is_thrown_away_and_the_next_task_gets_it_anew()
    {
        var zip = ZipBuilder.Of(("hello.sh", "echo hello"));
        var damaged = zip.ToArray();
        damaged[^30] ^= 1;
        _trial.Plane.Zip = damaged;

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => _trial.OpenAsync(ZipBuilder.Named(zip)));

        Assert.Contains("SHA-256", trouble.Message, StringComparison.Ordinal);
        Assert.Equal((false, false), (trouble.IsTransient, trouble.IsPermanent));
        Assert.Empty(_trial.CachedFiles);
        using var contents = await _trial.OpenAsync(zip);
        Assert.True(contents.Find("hello.sh") is not null);
    }

    [Fact(Timeout = 60_000)]
    public async Task More_than_was_told_is_another_zip_too()
    {
        var zip = ZipBuilder.Of(("a", "text"));
        _trial.Plane.Zip = [.. zip, 0];

        await Assert.ThrowsAsync<SandboxException>(() => _trial.OpenAsync(ZipBuilder.Named(zip)));

        Assert.Empty(_trial.CachedFiles);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", 1)]
    [InlineData("../../../../../../../../../../../../../../../../../../../../../etc/x", 1)]
    [InlineData("ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD", 1)]
    [InlineData("abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd", 0)]
    [InlineData("abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd", -1)]
    public async Task An_assignment_that_names_no_zip_touches_no_file(string hash, long size)
    {
        var order = ZipBuilder.Named([1]) with { Sha256 = hash, Size = size };

        await Assert.ThrowsAsync<SandboxException>(() => _trial.OpenAsync(order));

        Assert.Empty(_trial.CachedFiles);
        Assert.Equal(0, _trial.Plane.ZipCalls.Count);
    }

    private static IEnumerable<long> Offsets(byte[] zip) => Enumerable.Range(0, (zip.Length + 99) / 100).Select(i => i * 100L);
}
