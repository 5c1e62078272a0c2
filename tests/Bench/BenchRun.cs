using OrleansHybrid.Bench.Scenarios;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench;

/// <summary>The options of the command line.</summary>
internal sealed record BenchRun(bool Sqlite, bool Postgres, string? ScenarioName, BenchSize Size, string Program)
{
    /// <summary>Measures, says how it goes on standard error, and prints the one table on standard output.</summary>
    public async Task PrintAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-bench-").FullName;
        var rows = new List<TableRow>();
        try
        {
            if (Sqlite)
            {
                await MeasureAsync(() => TestBed.OnSqliteAsync(Program, Path.Combine(folder, "sqlite")), rows, cancellationToken);
            }

            if (Postgres && PostgresServer.FindBinaries() is { } binaries)
            {
                await MeasureAsync(
                    () => TestBed.OnPostgresAsync(Program, Path.Combine(folder, "postgres"), binaries), rows, cancellationToken);
            }
            else if (Postgres)
            {
                await Console.Error.WriteLineAsync("PostgreSQL is left out: no initdb here (apt-get install postgresql).");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Console.WriteLine(TableRow.Format(rows));
        }

        Console.WriteLine(
            $"""

            {Environment.ProcessorCount} processors for database, silo and load together. Ours is authenticated HTTP/1.1 on loopback, sent by
            raw sockets from requests built beforehand. Every commit of both sides is on disk before it is acknowledged:
            SQLite synchronous=FULL; PostgreSQL {PostgresServer.Settings}.
            Ratios are medians of {Size.Rounds} rounds, ours and raw in turn, after {Size.WarmUps} of ours for warm-up.
            """);
    }

    private async Task MeasureAsync(Func<Task<TestBed>> open, List<TableRow> rows, CancellationToken cancellationToken)
    {
        await using var bed = await open();
        foreach (var scenario in AllScenarios.InOrder.Where(scenario => ScenarioName is null || scenario.Name == ScenarioName))
        {
            await Console.Error.WriteLineAsync($"{bed.Silo.Store}: {scenario.Name} ...");
            rows.AddRange(await scenario.RunAsync(bed, Size, cancellationToken));
        }
    }
}
