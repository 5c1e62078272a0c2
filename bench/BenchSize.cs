namespace Orleans.Hybrid.Bench;

/// <summary>How much is measured.</summary>
internal sealed record BenchSize
{
    /// <summary>Two minutes for everything: shows a loss of a third, not of a tenth.</summary>
    public static BenchSize Small { get; } = new()
    {
        WarmUps = 4,
        Rounds = 3,
        RoundTime = TimeSpan.FromSeconds(1),
        BatchedTasks = 20_000,
        SingleTasks = 4_000,
        PickUps = 30,
    };

    /// <summary>A quarter of an hour.</summary>
    public static BenchSize Full { get; } = new()
    {
        WarmUps = 4,
        Rounds = 7,
        RoundTime = TimeSpan.FromSeconds(5),
        BatchedTasks = 200_000,
        SingleTasks = 40_000,
        PickUps = 200,
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
}
