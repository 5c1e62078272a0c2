namespace OrleansHybrid.Bench;

/// <summary>How much is measured.</summary>
internal sealed record BenchSize
{
    /// <summary>Ten minutes for everything: shows a loss of a third, not of a tenth.</summary>
    public static BenchSize Small { get; } = new()
    {
        WarmUps = 4,
        Rounds = 3,
        RoundTime = TimeSpan.FromSeconds(1),
        BatchedTasks = 20_000,
        SingleTasks = 4_000,
        PickUps = 30,
        Waiting = 100_000,
        IdleRunners = 1_000,
        IdleTime = TimeSpan.FromSeconds(10),
        Listed = 1_000_000,
        NoOps = 20,
    };

    /// <summary>The same with a million tasks waiting.</summary>
    public static BenchSize Medium { get; } = Small with { Waiting = 1_000_000, IdleRunners = 2_000 };

    /// <summary>As little as shows that it runs: no figure of it means anything.</summary>
    public static BenchSize Smoke { get; } = Small with
    {
        WarmUps = 0,
        Rounds = 1,
        RoundTime = TimeSpan.FromMilliseconds(200),
        BatchedTasks = 500,
        SingleTasks = 100,
        PickUps = 3,
        Waiting = 500,
        IdleRunners = 10,
        IdleTime = TimeSpan.FromMilliseconds(200),
        Listed = 500,
        NoOps = 1,
    };

    /// <summary>Longer rounds, ten million tasks waiting, ten thousand runners: hours, and 20 GB of disk.</summary>
    public static BenchSize Large { get; } = new()
    {
        WarmUps = 4,
        Rounds = 7,
        RoundTime = TimeSpan.FromSeconds(5),
        BatchedTasks = 200_000,
        SingleTasks = 40_000,
        PickUps = 200,
        Waiting = 10_000_000,
        IdleRunners = 10_000,
        IdleTime = TimeSpan.FromSeconds(30),
        Listed = 10_000_000,
        NoOps = 100,
    };

    /// <summary>Rounds of ours that do not count: the silo's code is compiled while it runs, and again when it turns out to be hot.</summary>
    public required int WarmUps { get; init; }

    /// <summary>Rounds that count, ours and raw in turn.</summary>
    public required int Rounds { get; init; }

    /// <summary>How long each side queues in a round.</summary>
    public required TimeSpan RoundTime { get; init; }

    /// <summary>Tasks that each side claims and finishes in a round, up to 500 at a time.</summary>
    public required int BatchedTasks { get; init; }

    /// <summary>The same, one at a time.</summary>
    public required int SingleTasks { get; init; }

    /// <summary>Tasks that are picked up in a round.</summary>
    public required int PickUps { get; init; }

    /// <summary>Tasks that wait where many do.</summary>
    public required int Waiting { get; init; }

    /// <summary>Runners that are parked all at once.</summary>
    public required int IdleRunners { get; init; }

    /// <summary>Tasks of the project whose tasks are listed.</summary>
    public required int Listed { get; init; }

    /// <summary>Containers that do nothing, in a round of each side.</summary>
    public required int NoOps { get; init; }

    /// <summary>How long they are watched doing nothing.</summary>
    public required TimeSpan IdleTime { get; init; }
}
