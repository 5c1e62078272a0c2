namespace OrleansHybrid.Runner.Link;

/// <summary>
/// How long to wait after failures in a row: doubling, capped, and with chance in it, so that many runners that lost the
/// same control plane do not come back in the same moment.
/// </summary>
internal sealed class Backoff(Random chance, TimeSpan first, TimeSpan longest)
{
    private int _failures;

    public static Backoff ForCalls(Random chance)
    {
        return new Backoff(chance, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30));
    }

    /// <summary>Counts one failure and says how long to wait; never less than <paramref name="retryAfter"/>.</summary>
    public TimeSpan Failed(TimeSpan? retryAfter = null)
    {
        var full = first * Math.Pow(2, Math.Min(_failures++, 30));
        var wait = (full < longest ? full : longest) * (0.5 + (chance.NextDouble() / 2));
        var asked = retryAfter ?? TimeSpan.Zero;
        return wait > asked ? wait : asked + wait;
    }

    public void Succeeded()
    {
        _failures = 0;
    }
}
