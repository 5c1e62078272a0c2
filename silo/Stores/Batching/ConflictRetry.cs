namespace OrleansHybrid.Stores.Batching;

/// <summary>
/// Settles a batch in rounds: items about the same thing go one after the other, and an item that lost a race goes again, on
/// what is there then.
/// </summary>
internal static class ConflictRetry
{
    /// <summary>A lost race is another writer's success: more losses in a row than this are not a coincidence.</summary>
    private const int MaxConflicts = 10;

    /// <summary>
    /// Writes items 0 to <paramref name="count"/> - 1 of a batch; <paramref name="round"/> returns those that lost a race, and leaves
    /// for each of them the result that holds if that was the last try.
    /// </summary>
    public static async Task RunAsync<TKey>(
        int count, Func<int, TKey> key, Func<IReadOnlyList<int>, Task<IReadOnlyList<int>>> round)
    {
        var losses = new int[count];
        IReadOnlyList<int> open = [.. Enumerable.Range(0, count)];
        while (open.Count > 0)
        {
            int[] now = [.. open.DistinctBy(key)];
            var again = (await round(now)).Where(i => ++losses[i] < MaxConflicts).ToHashSet();
            var settled = now.Where(i => !again.Contains(i)).ToHashSet();
            open = [.. open.Where(i => !settled.Contains(i))];
        }
    }
}
