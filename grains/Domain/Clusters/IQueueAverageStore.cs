namespace OrleansHybrid.Domain.Clusters;

/// <summary>
/// The moving averages of all clusters' queues. Throws <see cref="Decisions.StoreUnavailableException"/> when the database is unavailable.
/// </summary>
public interface IQueueAverageStore
{
    /// <summary>The average of a cluster; 0 when nothing waits, or waited of late.</summary>
    Task<double> FindAsync(string clusterId, CancellationToken cancellationToken);

    /// <summary>
    /// Samples each queue that has waiting tasks, or had, and was not sampled within <paramref name="interval"/>, and stores what
    /// <paramref name="next"/> computes from the average, the number of waiting tasks (counted up to <paramref name="maxCount"/>) and
    /// the time since the last sample. When several silos do so at once, one wins.
    /// </summary>
    Task SampleAsync(
        TimeSpan interval, int maxCount, Func<double, int, TimeSpan?, double> next, CancellationToken cancellationToken);
}
