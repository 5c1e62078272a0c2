using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>The moving average of what waits, kept once however many silos look.</summary>
public abstract class QueueAverageStoreContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly List<(double Average, int Queued, TimeSpan? Elapsed)> _samples = [];

    [StoreFact]
    public async Task Only_queues_that_have_or_had_something_are_looked_at_and_only_now_and_then()
    {
        await SampleAsync(7);
        Assert.Empty(_samples);

        await QueueAsync(Spec(), Spec(), Spec() with { DelaySeconds = 60 });
        await SampleAsync(7);
        await SampleAsync(8);
        Assert.Equal([(0, 2, null)], _samples);
        Assert.Equal(7, await AverageAsync());

        await LaterAsync(12);
        await SampleAsync(1.5);
        Assert.Equal((7, 2), (_samples[1].Average, _samples[1].Queued));
        Assert.InRange(_samples[1].Elapsed!.Value.TotalSeconds, 12, 20);
        Assert.Equal(1.5, await AverageAsync());
    }

    [StoreFact]
    public async Task What_has_faded_is_forgotten()
    {
        var queued = await QueueAsync(Spec());
        await SampleAsync(3);
        await CancelAsync(queued[0].Id);
        await LaterAsync(6);
        await SampleAsync(0);

        Assert.Equal(0, await AverageAsync());
        await LaterAsync(6);
        await SampleAsync(9);
        Assert.Equal(2, _samples.Count);
    }

    [StoreFact]
    public async Task A_queue_is_counted_up_to_a_bound()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 5), .. Enumerable.Repeat(Spec("other"), 5)]);

        await SampleAsync(1, max: 7);

        Assert.Equal(7, Assert.Single(_samples).Queued);
    }

    [StoreFact]
    public async Task Of_silos_that_look_at_the_same_time_one_is_heeded()
    {
        await QueueAsync(Spec());
        for (var round = 1; round <= 5; round++)
        {
            _samples.Clear();
            await RunConcurrentlyAsync(SampledAsync, SampledAsync);

            Assert.Equal(round, await AverageAsync());
            await LaterAsync(6);
        }

        async Task<bool> SampledAsync()
        {
            await Stores.Averages.SampleAsync(Interval, 10, (average, _, _) => average + 1, None);
            return true;
        }
    }

    [StoreFact]
    public async Task A_deleted_cluster_takes_its_average_along()
    {
        var queued = await QueueAsync(Spec());
        await SampleAsync(3);
        await CancelAsync(queued[0].Id);

        await Stores.Clusters.DeleteAsync(ClusterId, None);

        Assert.Equal(0, await AverageAsync());
    }

    private Task<double> AverageAsync() => Stores.Averages.FindAsync(ClusterId, None);

    private Task SampleAsync(double next, int max = 10) => Stores.Averages.SampleAsync(
        Interval,
        max,
        (average, queued, elapsed) =>
        {
            _samples.Add((average, queued, elapsed));
            return next;
        },
        None);

    private Task LaterAsync(int seconds) =>
        Stores.ExecuteAsync($"UPDATE cluster_averages SET sampled_at = sampled_at - {seconds * 1000}");
}

public sealed class SqliteQueueAverageStoreTests(SqliteFixture stores) : QueueAverageStoreContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresQueueAverageStoreTests(PostgresFixture stores)
    : QueueAverageStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
