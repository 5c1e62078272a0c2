using System.Text.Json;
using OrleansHybrid.Domain.History;
using OrleansHybrid.Stores.History;
using OrleansHybrid.Stores.Sqlite;

namespace OrleansHybrid.Silo.Admin;

/// <summary><c>silo admin history</c>: reads what a database tells of its tasks, and says which promises it breaks.</summary>
internal static class HistoryCommand
{
    // Enough to see what is wrong, and no report that nobody can read.
    private const int MaxShown = 1000;

    /// <summary>0 when nothing is wrong, 1 otherwise.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        var line = HistoryArguments.Parse(arguments);
        var options = ControlPlaneOptionsReader.Read(line.Settings);
        if (options.Database is null)
        {
            InstallationCheck.RequireFile(options);
            SqliteFile.Check(ControlPlaneServices.SqliteFileIn(options));
        }

        var store = options.Database is { } database
            ? HistoryStoreFactory.CreatePostgres(database)
            : HistoryStoreFactory.CreateSqlite(ControlPlaneServices.SqliteFileIn(options));
        var (operations, runs) = (HistoryFiles.Operations(line.Operations), HistoryFiles.Runs(line.Runs));
        var report = await CheckAsync(store, operations, runs, line.Json ? null : output);
        await output.WriteLineAsync(
            line.Json ? JsonSerializer.Serialize(report, HistoryJson.Default.HistoryReport) : report.ToSummary());
        return report.Violations == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task<HistoryReport> CheckAsync(
        IHistoryStore store, Operations? operations, ExecutionTimeline? runs, TextWriter? violationOutput)
    {
        var checker = new HistoryChecker(operations, runs);
        var first = new List<Violation>();
        long count = 0;
        await foreach (var task in store.ReadAsync(CancellationToken.None))
        {
            Note(checker.Check(task));
        }

        Note(checker.Complete());
        return new HistoryReport
        {
            Version = ProductInfo.Version,
            Invariants = checker.Invariants,
            Tasks = checker.Tasks,
            Ended = checker.Ended,
            Events = checker.Events,
            Attempts = checker.Attempts,
            Lapses = checker.ExpiredLeases,
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
            foreach (var each in found.Take(MaxShown - first.Count))
            {
                first.Add(each);
                violationOutput?.WriteLine(each);
            }
        }
    }

    /// <summary>The options of this command, and those that say which database is meant.</summary>
    private sealed record HistoryArguments(string? Operations, string? Runs, bool Json, IReadOnlyList<string> Settings)
    {
        public static HistoryArguments Parse(IReadOnlyList<string> arguments)
        {
            var line = new HistoryArguments(null, null, Json: false, []);
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
            : throw new ConfigurationException(arguments[i - 1], "needs a file.");
    }
}
