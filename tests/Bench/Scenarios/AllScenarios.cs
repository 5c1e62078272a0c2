namespace OrleansHybrid.Bench.Scenarios;

/// <summary>The measurements, in the order of the table.</summary>
internal static class AllScenarios
{
    /// <summary>Floors and goals are shares of raw.</summary>
    private static readonly ThroughputScenario[] Throughputs =
    [
        new(
            "queue-one", "queue, one task per request, 256 connections", Floor: 1.2, Goal: 2,
            (bed, cluster, size) => EnqueueComparison.BeginAsync(bed, cluster, size.RoundTime, connections: 256, rawClients: 16, tasks: 1)),
        new(
            "queue-1000", "queue, 1,000 tasks per request, 2 connections", Floor: 0.4, Goal: 0.7,
            (bed, cluster, size) => EnqueueComparison.BeginAsync(bed, cluster, size.RoundTime, connections: 2, rawClients: 2, tasks: 1000)),
        new(
            "finish-500", "claim + finish, up to 500 at a time, 1 runner", Floor: 0.4, Goal: 0.75,
            (bed, cluster, size) => ClaimComparison.BeginAsync(
                bed, cluster, size.BatchedTasks, runners: 1, rawClients: 1, atOnce: 500)),
        new(
            "finish-one", "claim + finish, one at a time, 64 runners", Floor: 1.5, Goal: 3,
            (bed, cluster, size) => ClaimComparison.BeginAsync(
                bed, cluster, size.SingleTasks, runners: 64, rawClients: 16, atOnce: 1)),
    ];

    /// <summary>All that there is.</summary>
    public static IReadOnlyList<IScenario> InOrder { get; } =
    [
        .. Throughputs,
        new PickUpScenario(),
        new ScheduleScenario(),
        // Claims first: queueing makes both sides deeper.
        new DepthScenario([.. Throughputs.OrderBy(scenario => scenario.Name, StringComparer.Ordinal)]),
        new SnapshotScenario(Throughputs.Single(scenario => scenario.Name == "finish-500")),
        new IdleScenario(),
        new PollScenario(),
        new ListScenario(),
        new NoOpScenario(),
        new ManySlotsScenario(),
        new LogScenario(),
        new PoisonScenario(),
    ];
}
