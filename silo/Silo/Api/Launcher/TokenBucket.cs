namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// So many calls a minute: a minute's worth may come at once, and then as they grow back. Times are counted from any
/// fixed moment.
/// </summary>
internal readonly record struct TokenBucket(double Used, TimeSpan At)
{
    /// <summary>One call more; or how long it has to wait, and nothing is used.</summary>
    public (TokenBucket After, TimeSpan? Wait) Take(int perMinute, TimeSpan now)
    {
        var used = Math.Max(0, Used - ((now - At).TotalMinutes * perMinute));
        return used + 1 <= perMinute
            ? (new TokenBucket(used + 1, now), null)
            : (new TokenBucket(used, now), TimeSpan.FromMinutes((used + 1 - perMinute) / perMinute));
    }
}

/// <summary>
/// Wrong secrets of one address: after five it is shut out for a minute, and for twice as long with each further one.
/// </summary>
internal readonly record struct Lockout(int Failures, TimeSpan Until)
{
    /// <summary>How many wrong ones are borne.</summary>
    public const int FailureThreshold = 5;

    private const int MaxMinutes = 60;

    /// <summary>How long it is still shut out; null when it is not.</summary>
    public TimeSpan? GetRemaining(TimeSpan now) => Failures >= FailureThreshold && Until > now ? Until - now : null;

    /// <summary>One more wrong one.</summary>
    public Lockout AddFailure(TimeSpan now)
    {
        var failures = Math.Min(Failures + 1, FailureThreshold + 10);
        var minutes = failures < FailureThreshold ? 0 : Math.Min(1 << (failures - FailureThreshold), MaxMinutes);
        return new Lockout(failures, now + TimeSpan.FromMinutes(minutes));
    }
}
