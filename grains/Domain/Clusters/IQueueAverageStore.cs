namespace OrleansHybrid.Domain.Clusters;

/// <summary>
/// The moving averages of all clusters' queues. Throws <see cref="Decisions.StoreUnavailableException"/> when the database is away.
/// </summary>
public interface IQueueAverageStore
{
    /// <summary>The average of a cluster; 0 when nothing waits, or waited of late.</summary>
    Task<double> FindAsync(string clusterId, CancellationToken cancellationToken);

    /// <summary>
    /// Looks at each queue that has something in it, or had, and that nobody looked at within <paramref name="interval"/>, and
    /// keeps what <paramref name="next"/> makes of the average, the tasks that wait (counted up to <paramref name="maxCount"/>) and
    /// the time since the last look. Of several silos that do so at once, one is heeded.
    /// </summary>
    Task SampleAsync(
        TimeSpan interval, int maxCount, Func<double, int, TimeSpan?, double> next, CancellationToken cancellationToken);
}
