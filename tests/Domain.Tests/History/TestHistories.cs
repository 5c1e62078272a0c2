using OrleansHybrid.Domain.History;

namespace OrleansHybrid.Domain.Tests.History;

/// <summary>Short ways to write a history down.</summary>
internal static class TestHistories
{
    public const string TheTask = "000000000000000000000001";

    /// <summary>The events in the order given, numbered where they are not.</summary>
    public static TaskHistory HistoryOf(HistoryRow? row, params HistoryEvent[] events) => new()
    {
        Task = TheTask,
        Row = row,
        Events = [.. events.Select((each, i) => each.Seq > 0 ? each : each with { Seq = i + 1, At = 1000 * i })],
    };

    public static HistoryRow Row(string? end, int attempt, int losses = 0, int maxLosses = 3) =>
        new() { End = end, Attempt = attempt, Losses = losses, MaxLosses = maxLosses, IsRequested = true, CreatedAt = 500 };

    /// <summary>An event of an attempt that a runner had.</summary>
    public static HistoryEvent Of(int attempt, string kind, string? cause = null) => new(0, 0, attempt, kind, cause, ClaimedAt: 1);

    /// <summary>A lease that is out.</summary>
    public static HistoryLease Leased(int attempt) => new(attempt, ClaimedAt: 1);

    /// <summary>An event of a task that no runner had then.</summary>
    public static HistoryEvent Waiting(string kind, int attempt = 0) => new(0, 0, attempt, kind);
}
