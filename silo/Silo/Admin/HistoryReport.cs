using OrleansHybrid.Domain.History;

namespace OrleansHybrid.Silo.Admin;

/// <summary>The output of <c>admin history --json</c>.</summary>
internal sealed record HistoryReport
{
    public required string Version { get; init; }

    public required IReadOnlyList<string> Invariants { get; init; }

    public required long Tasks { get; init; }

    public required long Ended { get; init; }

    public required long Events { get; init; }

    public required long Attempts { get; init; }

    /// <summary>How many leases expired.</summary>
    public required long Lapses { get; init; }

    /// <summary>How many attempts are in the file of runs; null without one.</summary>
    public int? Runs { get; init; }

    /// <summary>The outcomes of the requests; null without their file.</summary>
    public OperationCounts? Operations { get; init; }

    /// <summary>How many promises were found broken.</summary>
    public required long Violations { get; init; }

    /// <summary>The first of them.</summary>
    public required IReadOnlyList<Violation> First { get; init; }

    /// <summary>The summary for people.</summary>
    public string ToSummary() =>
        $"{Tasks} tasks, {Ended} ended, {Events} events, {Attempts} attempts, {Lapses} expired leases; "
        + $"{string.Join(' ', Invariants)}: {(Violations == 0 ? "nothing is wrong" : $"{Violations} violations")}";
}

/// <summary>How many requests were answered, rejected, and neither.</summary>
internal sealed record OperationCounts(int Ok, int Fail, int Unknown);
