namespace OrleansHybrid.Runner.Sessions;

/// <summary>When a runner has done enough and leaves by itself; what is null never ends it.</summary>
public sealed record LifetimeOptions
{
    /// <summary>It leaves when it has worked off so many tasks, and never claims more than that.</summary>
    public int? MaxTasks { get; init; }

    /// <summary>It leaves when it has had no task for so long.</summary>
    public TimeSpan? MaxIdleTime { get; init; }

    /// <summary>It claims no more when it has lived for so long.</summary>
    public TimeSpan? MaxUptime { get; init; }
}
