namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>How long an engine may take, so that one that hangs never hangs the runner.</summary>
internal sealed record DockerTimeouts
{
    /// <summary>For what an engine answers at once: version, inspect, kill, list, attach; and for a removal.</summary>
    public TimeSpan Response { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For what moves data on its disk: create, put files, start.</summary>
    public TimeSpan Operation { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>For a pull without any sign of progress; a pull that moves may take as long as it needs.</summary>
    public TimeSpan PullIdle { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>For the rest of a container's output, once it has ended.</summary>
    public TimeSpan OutputDrain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For an engine to come back when it went away while a container ran.</summary>
    public TimeSpan Recovery { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Between two looks whether an engine is back.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Before a registry that did not give an image is asked again; twice as long each time.</summary>
    public TimeSpan PullRetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock that measures all of these.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
