using OrleansHybrid.Stores.Batching;

namespace OrleansHybrid.Stores.Tests.Batching;

/// <summary>Batches whose items meet, or lose to others.</summary>
public sealed class ConflictRetryTests
{
    private readonly List<int[]> _rounds = [];

    [Fact(Timeout = 10_000)]
    public async Task Items_about_different_things_go_together()
    {
        await SettleAsync("abc", lost: _ => []);

        Assert.Equal([[0, 1, 2]], _rounds);
    }

    [Fact(Timeout = 10_000)]
    public async Task Items_about_the_same_thing_go_one_after_the_other()
    {
        await SettleAsync("abaca", lost: _ => []);

        Assert.Equal([[0, 1, 3], [2], [4]], _rounds);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_item_that_lost_goes_again_before_those_behind_it()
    {
        await SettleAsync("aab", lost: round => round == 1 ? [0] : []);

        Assert.Equal([[0, 2], [0], [1]], _rounds);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_item_that_always_loses_is_given_up_and_those_behind_it_are_not()
    {
        await SettleAsync("aab", lost: round => round <= 10 ? [0] : []);

        Assert.Equal([0, 2], _rounds[0]);
        Assert.All(_rounds[1..10], round => Assert.Equal([0], round));
        Assert.Equal([1], _rounds[10]);
        Assert.Equal(11, _rounds.Count);
    }

    [Fact(Timeout = 10_000)]
    public async Task Any_number_of_items_about_one_thing_is_settled()
    {
        await SettleAsync(new string('a', 200), lost: _ => []);

        Assert.Equal(200, _rounds.Count);
    }

    private Task SettleAsync(string things, Func<int, int[]> lost) => ConflictRetry.RunAsync(things.Length, i => things[i], round =>
    {
        _rounds.Add([.. round]);
        return Task.FromResult<IReadOnlyList<int>>(lost(_rounds.Count));
    });
}
