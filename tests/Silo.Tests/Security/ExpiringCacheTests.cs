using OrleansHybrid.Silo.Security;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Security;

/// <summary>Values that the cache in front of the database may keep, and those that it must not.</summary>
public sealed class ExpiringCacheTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _asked = [];
    private string? _answer = "first";

    [Fact(Timeout = 30_000)]
    public async Task A_found_value_is_kept_for_its_time_and_then_read_again()
    {
        var cache = NewCache();
        await cache.FindAsync("a", default);
        _answer = "second";
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("first", await cache.FindAsync("a", default));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("second", await cache.FindAsync("a", default));
        Assert.Equal(["a", "a"], _asked);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_missing_value_is_read_each_time()
    {
        var cache = NewCache();
        _answer = null;
        Assert.Null(await cache.FindAsync("a", default));
        _answer = "made just now";

        Assert.Equal("made just now", await cache.FindAsync("a", default));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_forgotten_value_is_read_again()
    {
        var cache = NewCache();
        await cache.FindAsync("a", default);
        _answer = "second";

        cache.Invalidate("a");

        Assert.Equal("second", await cache.FindAsync("a", default));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_that_was_on_its_way_when_its_key_was_forgotten_is_not_kept()
    {
        var reading = new TaskCompletionSource<string?>();
        var answers = new Queue<Task<string?>>([reading.Task, Task.FromResult<string?>("new")]);
        var cache = new ExpiringCache<string, string>(_time, TimeSpan.FromSeconds(5), (_, _) => answers.Dequeue());
        var first = cache.FindAsync("a", default);

        cache.Invalidate("a");
        reading.SetResult("old");

        Assert.Equal("old", await first);
        Assert.Equal("new", await cache.FindAsync("a", default));
    }

    [Fact(Timeout = 30_000)]
    public async Task It_stays_within_bounds()
    {
        var cache = NewCache();
        for (var i = 0; i < 45_000; i++)
        {
            await cache.FindAsync($"{i}", default);
        }

        Assert.InRange(cache.Count, 1, 20_000);
    }

    private ExpiringCache<string, string> NewCache() => new(_time, TimeSpan.FromSeconds(5), (key, _) =>
    {
        _asked.Add(key);
        return Task.FromResult(_answer);
    });
}
