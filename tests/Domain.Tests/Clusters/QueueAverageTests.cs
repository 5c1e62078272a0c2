using OrleansHybrid.Domain.Clusters;

namespace OrleansHybrid.Domain.Tests.Clusters;

/// <summary>The moving average of what waits: time-aware, and it comes to rest.</summary>
public sealed class QueueAverageTests
{
    [Fact]
    public void A_queue_that_appears_counts_as_one_sample() =>
        Assert.Equal(1000 * (1 - QueueAverage.Beta), QueueAverage.Next(0, 1000, null), 6);

    [Fact]
    public void A_steady_queue_is_its_own_average() =>
        Assert.Equal(40, QueueAverage.Next(40, 40, TimeSpan.FromSeconds(77)), 6);

    [Theory]
    [InlineData(2, 5)]
    [InlineData(10, 1)]
    [InlineData(1, 10)]
    public void The_number_of_reads_changes_nothing(int seconds, int looks)
    {
        var often = 100.0;
        for (var look = 0; look < looks; look++)
        {
            often = QueueAverage.Next(often, 10, TimeSpan.FromSeconds(seconds));
        }

        Assert.Equal(QueueAverage.Next(100, 10, TimeSpan.FromSeconds(10)), often, 6);
    }

    [Fact]
    public void It_keeps_the_named_weight_an_interval() =>
        Assert.Equal(100 * QueueAverage.Beta, QueueAverage.Next(100, 0, QueueAverage.Interval), 6);

    [Fact]
    public void An_empty_queue_comes_to_zero_and_a_short_one_does_not()
    {
        var (average, looks) = (100_000.0, 0);
        while (average > 0)
        {
            average = QueueAverage.Next(average, 0, QueueAverage.Interval);
            Assert.True(++looks < 200, "it never comes to rest");
        }

        Assert.InRange(QueueAverage.Next(0, 1, QueueAverage.Interval), 0.01, 0.5);
    }
}
