using System.Text.Json;
using OrleansHybrid.Domain.History;
using OrleansHybrid.Stores.Histories;
using OrleansHybrid.Stores.Sqlite;

namespace OrleansHybrid.Silo.Admin;

/// <summary><c>silo admin history</c>: reads what a database tells of its tasks, and says which promises it breaks.</summary>
internal static class HistoryCommand
{
    // Enough to see what is wrong, and no report that nobody can read.
    private const int MostShown = 1000;

    /// <summary>0 when nothing is wrong, 1 otherwise.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        var line = HistoryLine.Parse(arguments);
        var options = ControlPlaneSettings.Read(line.Settings);
        if (options.Database is null)
        {
            SetUpCheck.RequireFile(options);
            SqliteFile.Check(ControlPlaneServices.SqliteFileIn(options));
        }

        var store = options.Database is { } database
            ? HistoryStores.OfPostgres(database)
            : HistoryStores.OfSqlite(ControlPlaneServices.SqliteFileIn(options));
        var (operations, runs) = (HistoryFiles.Operations(line.Operations), HistoryFiles.Runs(line.Runs));
        var report = await CheckAsync(store, operations, runs, line.Json ? null : output);
        await output.WriteLineAsync(
            line.Json ? JsonSerializer.Serialize(report, HistoryJson.Default.HistoryReport) : report.Line());
        return report.Violations == 0 ? ExitCode.Fine : ExitCode.Failed;
    }

    private static async Task<HistoryReport> CheckAsync(
        IHistoryStore store, Operations? operations, Runs? runs, TextWriter? told)
    {
        var checker = new HistoryChecker(operations, runs);
        var first = new List<Violation>();
        long count = 0;
        await foreach (var task in store.ReadAsync(CancellationToken.None))
        {
            Note(checker.Next(task));
        }

        Note(checker.End());
        return new HistoryReport
        {
            Version = Product.Version,
            Invariants = checker.Invariants,
            Tasks = checker.Tasks,
            Ended = checker.Ended,
            Events = checker.Events,
            Attempts = checker.Attempts,
            Lapses = checker.Lapses,
            Runs = runs?.Count,
            Operations = operations is null ? null : new OperationCounts(
                operations.Count(OperationOutcome.Ok),
                operations.Count(OperationOutcome.Fail),
                operations.Count(OperationOutcome.Unknown)),
            Violations = count,
            First = first,
        };

        void Note(IReadOnlyList<Violation> found)
        {
            count += found.Count;
            foreach (var each in found.Take(MostShown - first.Count))
            {
                first.Add(each);
                told?.WriteLine(each);
            }
        }
    }

    /// <summary>The options of this command, and those that say which database is meant.</summary>
    private sealed record HistoryLine(string? Operations, string? Runs, bool Json, IReadOnlyList<string> Settings)
    {
        public static HistoryLine Parse(IReadOnlyList<string> arguments)
        {
            var line = new HistoryLine(null, null, Json: false, []);
            for (var i = 0; i < arguments.Count; i++)
            {
                line = arguments[i] switch
                {
                    "--json" => line with { Json = true },
                    "--operations" => line with { Operations = Value(arguments, ++i) },
                    "--runs" => line with { Runs = Value(arguments, ++i) },
                    var other => line with { Settings = [.. line.Settings, other] },
                };
            }

            return line;
        }

        private static string Value(IReadOnlyList<string> arguments, int i) => i < arguments.Count
            ? arguments[i]
            : throw new BadSettingException(arguments[i - 1], "needs a file.");
    }
}
