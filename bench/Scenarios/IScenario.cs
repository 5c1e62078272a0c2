using Orleans.Hybrid.Bench.Servers;

namespace Orleans.Hybrid.Bench.Scenarios;

/// <summary>One row of the table.</summary>
internal interface IScenario
{
    /// <summary>What <c>--only</c> calls it.</summary>
    string Name { get; }

    /// <summary>Measures both sides, turn by turn.</summary>
    Task<TableRow> RunAsync(TestBed bed, BenchSize size, CancellationToken cancel);
}
