using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>
/// Claims while somebody keeps a snapshot of the silo's database open all the time, so that nothing dead is cleared away,
/// against a second silo that is left in peace.
/// </summary>
internal sealed class SnapshotScenario(ThroughputScenario work) : IScenario
{
    public string Name => "snapshot";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        await using var disturbed = await bed.CreateAnotherAsync();
        await using var peaceful = await bed.CreateAnotherAsync();
        await using var reader = await disturbed.OpenStoreAsync();
        await using var snapshot = reader.CreateCommand();
        snapshot.CommandText =
            $"{(bed.IsPostgres ? "BEGIN ISOLATION LEVEL REPEATABLE READ" : "BEGIN")}; SELECT COUNT(*) FROM ready";
        await snapshot.ExecuteScalarAsync(cancellationToken);

        using var pair = await SiloComparison.BeginAsync(BeginAsync(disturbed, size), BeginAsync(peaceful, size), size.WarmUps);
        var scenario = work with { Description = $"{work.Name}: one old snapshot open against none", Floor = 0.7, Goal = 0.95 };
        return [await scenario.MeasureAsync(pair, bed.Silo.Store, size, cancellationToken)];
    }

    private async Task<IComparison> BeginAsync(TestBed bed, BenchSize size) =>
        await work.BeginAsync(bed, await bed.Silo.NewClusterAsync(Name), size);
}
