namespace OrleansHybrid.Domain.Clusters;

/// <summary>
/// How many tasks wait for a cluster, as a moving average that gives what was less weight the longer ago it was.
/// </summary>
public static class QueueAverage
{
    /// <summary>How often a queue is sampled.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>The weight that the average of one interval ago keeps.</summary>
    public const double Beta = 0.9;

    // Shown as 0; without it an empty queue would be sampled for ever.
    private const double EmptyThreshold = 0.5;

    /// <summary>
    /// The next average. <paramref name="elapsed"/> is the time since the last sample; null when no task had waited before.
    /// </summary>
    public static double Next(double average, int queued, TimeSpan? elapsed)
    {
        var kept = Math.Pow(Beta, (elapsed ?? Interval) / Interval);
        var next = (average * kept) + (queued * (1 - kept));
        return queued == 0 && next < EmptyThreshold ? 0 : next;
    }
}
