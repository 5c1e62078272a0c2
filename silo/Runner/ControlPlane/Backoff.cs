namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>
/// The delay after failures in a row: doubling, capped, and with jitter, so that many runners that lost the
/// same control plane do not return at the same moment.
/// </summary>
internal sealed class Backoff(Random random, TimeSpan initialDelay, TimeSpan maxDelay)
{
    private int _failures;

    public static Backoff ForCalls(Random random) =>
        new Backoff(random, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30));

    /// <summary>Counts one failure and says how long to wait; never less than <paramref name="retryAfter"/>.</summary>
    public TimeSpan NextDelay(TimeSpan? retryAfter = null)
    {
        var full = initialDelay * Math.Pow(2, Math.Min(_failures++, 30));
        var wait = (full < maxDelay ? full : maxDelay) * (0.5 + (random.NextDouble() / 2));
        var asked = retryAfter ?? TimeSpan.Zero;
        return wait > asked ? wait : asked + wait;
    }

    public void Reset() => _failures = 0;
}
