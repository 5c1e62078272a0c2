namespace OrleansHybrid.Domain.History;

/// <summary>Compares what the rows say of a task with what its events led to.</summary>
public static class RowValidator
{
    /// <summary>The differences found.</summary>
    public static IEnumerable<Violation> Validate(TaskHistory history, EventReplayer replayer)
    {
        var found = history.Row is { } row
            ? Ends(row, history.Lease, replayer).Concat(Leases(row, history.Lease?.Attempt, replayer)).Concat(Losses(row, replayer))
            : [("I2", "its events, lease or log are there and its row is not")];
        return found.Concat(Logs(history.Chunks, replayer)).Select(each => new Violation(
            each.Item1, history.Task, each.Item2, [.. history.Events.TakeLast(3).Select(last => last.ToString())]));
    }

    private static IEnumerable<(string Invariant, string Sentence)> Ends(HistoryRow row, HistoryLease? lease, EventReplayer walk)
    {
        if (row.End != walk.End?.Kind)
        {
            yield return ("I1", $"its row says {row.End ?? "that it has not ended"}, its events say {walk.End?.Kind ?? "that it has not"}");
        }

        if (row is { End: not null, IsWaiting: true })
        {
            yield return ("I1", $"has ended as {row.End} and waits to be claimed");
        }

        if (row is { End: null, IsWaiting: false } && lease is null)
        {
            yield return ("I7", "has not ended, does not wait, and no runner has it");
        }
    }

    private static IEnumerable<(string Invariant, string Sentence)> Leases(HistoryRow row, int? held, EventReplayer walk)
    {
        if (held != walk.ActiveClaim?.Attempt)
        {
            yield return ("I4", $"{Lease(held)} by the leases, {Lease(walk.ActiveClaim?.Attempt)} by the events");
        }

        if (held is not null && row.IsWaiting)
        {
            yield return ("I4", $"attempt {held} has its lease, and it waits to be claimed");
        }

        if (Math.Max(row.Attempt, held ?? 0) is var attempt && attempt != walk.Attempt)
        {
            yield return ("I8", $"its rows have come to attempt {attempt}, its events to attempt {walk.Attempt}");
        }
    }

    private static IEnumerable<(string Invariant, string Sentence)> Losses(HistoryRow row, EventReplayer walk)
    {
        if (row.Losses > row.MaxLosses || (row.End is null && row.Losses == row.MaxLosses))
        {
            yield return ("I7", $"lost {row.Losses} runners and may lose {row.MaxLosses}, the last of them only to end in error");
        }

        if (row.Losses > walk.ExpiredLeases)
        {
            yield return ("I7", $"counts {row.Losses} lost runners, and {walk.ExpiredLeases} of its leases expired");
        }

        if (row.RetryCount > row.Retries)
        {
            yield return ("I7", $"is retry {row.RetryCount} of a chain that may have {row.Retries}");
        }
    }

    private static IEnumerable<(string Invariant, string Sentence)> Logs(IReadOnlyList<HistoryChunk> chunks, EventReplayer walk)
    {
        foreach (var chunk in chunks.Where(chunk => chunk.Attempt > walk.Attempt))
        {
            yield return ("I5", $"has a log of attempt {chunk.Attempt}, which was never claimed");
        }

        foreach (var (before, after) in chunks.Zip(chunks.Skip(1)))
        {
            if (before.Attempt == after.Attempt && after.Start < before.Start + before.Size)
            {
                yield return ("I8", $"the log of attempt {after.Attempt} goes back from {before.Start + before.Size} to {after.Start}");
            }
        }
    }

    private static string Lease(int? attempt) => attempt is { } held ? $"attempt {held} has the lease" : "no runner has the lease";
}
