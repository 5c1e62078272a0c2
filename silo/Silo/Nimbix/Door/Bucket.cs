namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>
/// So many calls a minute: a minute's worth may come at once, and then as they grow back. Times are counted from any
/// fixed moment.
/// </summary>
internal readonly record struct Bucket(double Used, TimeSpan At)
{
    /// <summary>One call more; or how long it has to wait, and nothing is used.</summary>
    public (Bucket After, TimeSpan? Wait) Take(int aMinute, TimeSpan now)
    {
        var used = Math.Max(0, Used - ((now - At).TotalMinutes * aMinute));
        return used + 1 <= aMinute
            ? (new Bucket(used + 1, now), null)
            : (new Bucket(used, now), TimeSpan.FromMinutes((used + 1 - aMinute) / aMinute));
    }
}

/// <summary>
/// Wrong secrets of one address: after five it is shut out for a minute, and for twice as long with each further one.
/// </summary>
internal readonly record struct Lockout(int Failures, TimeSpan Until)
{
    /// <summary>How many wrong ones are borne.</summary>
    public const int Borne = 5;

    private const int LongestMinutes = 60;

    /// <summary>How long it is still shut out; null when it is not.</summary>
    public TimeSpan? Wait(TimeSpan now) => Failures >= Borne && Until > now ? Until - now : null;

    /// <summary>One more wrong one.</summary>
    public Lockout Fail(TimeSpan now)
    {
        var failures = Math.Min(Failures + 1, Borne + 10);
        var minutes = failures < Borne ? 0 : Math.Min(1 << (failures - Borne), LongestMinutes);
        return new Lockout(failures, now + TimeSpan.FromMinutes(minutes));
    }
}
