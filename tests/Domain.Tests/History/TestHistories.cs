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

    public static HistoryEvent Claimed(int attempt) => At("claimed", attempt);

    public static HistoryEvent At(string kind, int attempt) => new(0, 0, attempt, kind);

    public static HistoryEvent Ended(string kind, int attempt, string detail) => new(0, 0, attempt, kind, detail);
}
