namespace OrleansHybrid.Bench.Scenarios;

/// <summary>Middle and tail of readings.</summary>
internal static class Percentiles
{
    /// <summary>The middle one.</summary>
    public static double MedianOf(IReadOnlyCollection<double> readings) => Percentile(readings, 0.5);

    /// <summary>The one that this share of all readings does not exceed.</summary>
    public static double Percentile(IReadOnlyCollection<double> readings, double share) =>
        readings.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(readings.Count * share) - 1));
}
