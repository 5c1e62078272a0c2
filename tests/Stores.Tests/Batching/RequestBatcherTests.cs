using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Stores.Batching;

namespace OrleansHybrid.Stores.Tests.Batching;

/// <summary>Which requests share a statement, which do not, and which get the error.</summary>
public sealed class RequestBatcherTests
{
    private const int MaxBatchSize = 10;
    private const int MaxMilliseconds = 20_000;

    private readonly FakeStatements _statements = new();

    [Fact(Timeout = MaxMilliseconds)]
    public async Task Idle_a_request_starts_at_once_and_alone()
    {
        var gatherer = New();

        var answer = gatherer.RunAsync([1, 2], default);
        await _statements.NextAsync();

        Assert.Equal([1, 2], _statements.Begun[0]);
        _statements.Complete();
        Assert.Equal([-1, -2], await answer);
    }

    [Fact(Timeout = MaxMilliseconds)]
    public async Task What_comes_in_while_one_is_in_flight_shares_the_next_and_each_gets_its_own_answers()
    {
        var gatherer = New();
        var first = gatherer.RunAsync([1], default);
        await _statements.NextAsync();
        var later = new[] { gatherer.RunAsync([2, 3], default), gatherer.RunAsync([4], default), gatherer.RunAsync([5, 6], default) };

        _statements.Complete();
        await _statements.NextAsync();
        Assert.Equal([-1], await first);
        Assert.Equal([2, 3, 4, 5, 6], _statements.Begun[1]);
        _statements.Complete();

        Assert.Equal([[-2, -3], [-4], [-5, -6]], await Task.WhenAll(later));
        Assert.Equal(2, _statements.Begun.Count);
    }

    [Fact(Timeout = MaxMilliseconds)]
    public async Task No_more_than_the_cap_goes_together_but_a_larger_request_still_goes_whole()
    {
        var gatherer = New();
        _ = gatherer.RunAsync([0], default);
        await _statements.NextAsync();
        int[] six = [1, 2, 3, 4, 5, 6];
        int[] many = [.. Enumerable.Range(1, 25)];
        var answers = Task.WhenAll(
            gatherer.RunAsync(six, default), gatherer.RunAsync(six, default), gatherer.RunAsync(many, default), gatherer.RunAsync([7], default));

        await CompleteAllAsync(4);

        Assert.Equal([6, 6, 25, 1], (await answers).Select(answer => answer.Count));
        Assert.Equal([1, 6, 6, 25, 1], _statements.Begun.Select(items => items.Count));
    }

    [Fact(Timeout = MaxMilliseconds)]
    public async Task Heavy_items_fill_a_statement_sooner()
    {
        var gatherer = New(weigh: item => item);
        _ = gatherer.RunAsync([1], default);
        await _statements.NextAsync();
        var answers = Task.WhenAll(new[] { 4, 6, 7, 2 }.Select(item => gatherer.RunAsync([item], default)));

        await CompleteAllAsync(2);
        await answers;

        Assert.Equal([[1], [4, 6], [7, 2]], _statements.Begun);
    }

    [Fact(Timeout = MaxMilliseconds)]
    public async Task A_shared_statement_that_fails_for_its_data_runs_again_request_by_request()
    {
        var gatherer = New();
        _ = gatherer.RunAsync([0], default);
        await _statements.NextAsync();
        var (good, guilty, other) =
            (gatherer.RunAsync([1, 2], default), gatherer.RunAsync([3, FakeStatements.Bad], default), gatherer.RunAsync([4], default));

        await CompleteAllAsync(4);

        Assert.Equal([-1, -2], await good);
        await Assert.ThrowsAsync<FormatException>(() => guilty);
        Assert.Equal([-4], await other);
        Assert.Equal([[0], [1, 2, 3, FakeStatements.Bad, 4], [1, 2], [3, FakeStatements.Bad], [4]], _statements.Begun);
    }

    [Fact(Timeout = MaxMilliseconds)]
    public async Task Trouble_outside_fails_all_that_shared_it_and_nothing_runs_again()
    {
        var gatherer = New();
        _ = gatherer.RunAsync([0], default);
        await _statements.NextAsync();
        var answers = new[] { gatherer.RunAsync([1], default), gatherer.RunAsync([FakeStatements.Unavailable], default) };

        await CompleteAllAsync(1);
        foreach (var answer in answers)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => answer);
        }

        Assert.Equal(2, _statements.Begun.Count);
        var next = gatherer.RunAsync([7], default);
        await _statements.NextAsync();
        _statements.Complete();
        Assert.Equal([-7], await next);
    }

    [Fact(Timeout = MaxMilliseconds)]
    public async Task Once_the_database_is_away_the_rest_of_a_rerun_fails_without_another_try()
    {
        var gatherer = New();
        _ = gatherer.RunAsync([0], default);
        await _statements.NextAsync();
        var answers = new[] { 1, FakeStatements.Bad, FakeStatements.UnavailableWhenAlone, 2, 3 }
            .Select(item => gatherer.RunAsync([item], default)).ToArray();

        await CompleteAllAsync(4);

        Assert.Equal([-1], await answers[0]);
        await Assert.ThrowsAsync<FormatException>(() => answers[1]);
        foreach (var answer in answers[2..])
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => answer);
        }

        Assert.Equal(5, _statements.Begun.Count);
    }

    [Fact(Timeout = MaxMilliseconds)]
    public async Task A_request_can_be_cancelled_while_it_waits_and_not_once_it_is_in_flight()
    {
        var gatherer = New();
        using var cancel = new CancellationTokenSource();
        var flying = gatherer.RunAsync([1], cancel.Token);
        await _statements.NextAsync();
        var (waiting, other) = (gatherer.RunAsync([2], cancel.Token), gatherer.RunAsync([3], default));

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await CompleteAllAsync(1);

        Assert.Equal([-1], await flying);
        Assert.Equal([-3], await other);
        Assert.Equal([[1], [3]], _statements.Begun);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gatherer.RunAsync([4], cancel.Token));
    }

    [Fact(Timeout = MaxMilliseconds)]
    public async Task A_request_of_nothing_asks_nobody()
    {
        Assert.Empty(await New().RunAsync([], default));
        Assert.Empty(_statements.Begun);
    }

    [Fact(Timeout = MaxMilliseconds)]
    public async Task From_many_threads_every_request_gets_its_answer_and_few_statements_run()
    {
        var (statements, flying, most) = (0, 0, 0);
        var gatherer = new RequestBatcher<int, int>(
            async items =>
            {
                Interlocked.Increment(ref statements);
                most = Math.Max(most, Interlocked.Increment(ref flying));
                await Task.Yield();
                Interlocked.Decrement(ref flying);
                return [.. items.Select(item => -item)];
            },
            maxWeight: 500);

        await Parallel.ForAsync(0, 10_000, async (i, cancellationToken) => Assert.Equal([-i], await gatherer.RunAsync([i], cancellationToken)));

        Assert.Equal(1, most);
        Assert.InRange(statements, 1, 10_000);
    }

    private RequestBatcher<int, int> New(Func<int, int>? weigh = null) => new(_statements.RunAsync, MaxBatchSize, weigh);

    private async Task CompleteAllAsync(int after)
    {
        _statements.Complete();
        for (var i = 0; i < after; i++)
        {
            await _statements.NextAsync();
            _statements.Complete();
        }
    }
}
