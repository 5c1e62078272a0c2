using System.CommandLine;
using System.Text.Json;
using OrleansHybrid.Domain.History;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Stores.History;
using OrleansHybrid.Stores.Sqlite;

namespace OrleansHybrid.Silo.Admin;

/// <summary><c>silo admin history</c>: reads what a database tells of its tasks, and says which promises it breaks.</summary>
internal static class HistoryCommand
{
    // Enough to see what is wrong, and no report that nobody can read.
    private const int MaxShown = 1000;

    /// <summary>The command, and where it gets its settings from.</summary>
    public static Command Build(Func<ParseResult, StoreOptions> readOptions)
    {
        var operations = ValueOption.Create("--operations", "FILE", "What a workload asked for, a JSON object a line; default: not compared");
        var runs = ValueOption.Create("--runs", "FILE", "What its programs wrote of their runs, a JSON object a line; default: not compared");
        var json = new Option<bool>("--json") { Description = "Print one JSON document", Arity = ArgumentArity.Zero };
        var command = new Command("history", "Check all events and rows, also beside running servers; ends with 1 where one breaks a promise")
        {
            operations, runs, json,
        };
        command.SetAction((parsed, _) => RunAsync(
            readOptions(parsed),
            new HistoryFileNames(parsed.GetValue(operations), parsed.GetValue(runs)),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>0 when nothing is wrong, 1 otherwise.</summary>
    private static async Task<int> RunAsync(StoreOptions options, HistoryFileNames files, bool asJson, TextWriter output)
    {
        if (options.Database is null)
        {
            InstallationCheck.RequireFile(options);
            SqliteFile.Check(options.SqliteFile);
        }

        var store = options.Database is { } database
            ? HistoryStoreFactory.CreatePostgres(database)
            : HistoryStoreFactory.CreateSqlite(options.SqliteFile);
        var (operations, runs) = (HistoryFiles.Operations(files.Operations), HistoryFiles.Runs(files.Runs));
        var report = await CheckAsync(store, operations, runs, asJson ? null : output);
        await output.WriteLineAsync(
            asJson ? JsonSerializer.Serialize(report, HistoryJson.Default.HistoryReport) : report.ToSummary());
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

    /// <summary>The files of evidence beside the database.</summary>
    private sealed record HistoryFileNames(string? Operations, string? Runs);
}
