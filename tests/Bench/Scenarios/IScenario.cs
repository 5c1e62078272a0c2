using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>One row of the table, or a few that rest on the same preparation.</summary>
internal interface IScenario
{
    /// <summary>Its name for <c>--only</c>.</summary>
    string Name { get; }

    /// <summary>Measures the sides, turn by turn.</summary>
    Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken);
}
