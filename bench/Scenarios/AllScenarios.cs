namespace Orleans.Hybrid.Bench.Scenarios;

/// <summary>What is measured, in the order of the table.</summary>
internal static class AllScenarios
{
    /// <summary>Floors and goals are shares of raw, except for pick-up, which has its own.</summary>
    public static IReadOnlyList<IScenario> InOrder { get; } =
    [
        new ThroughputScenario(
            "queue-one", "queue, one task per request, 256 connections", Floor: 1.2, Goal: 2,
            (bed, size) => QueueDuel.BeginAsync(bed, size, connections: 256, rawClients: 16, tasks: 1)),
        new ThroughputScenario(
            "queue-1000", "queue, 1,000 tasks per request, 2 connections", Floor: 0.4, Goal: 0.7,
            (bed, size) => QueueDuel.BeginAsync(bed, size, connections: 2, rawClients: 2, tasks: 1000)),
        new ThroughputScenario(
            "finish-500", "claim + finish, up to 500 at a time, 1 runner", Floor: 0.4, Goal: 0.75,
            (bed, size) => ClaimDuel.BeginAsync(bed, size.BatchedTasks, runners: 1, rawClients: 1, atOnce: 500)),
        new ThroughputScenario(
            "finish-one", "claim + finish, one at a time, 64 runners", Floor: 1.5, Goal: 3,
            (bed, size) => ClaimDuel.BeginAsync(bed, size.SingleTasks, runners: 64, rawClients: 16, atOnce: 1)),
        new PickUpScenario(),
    ];
}
