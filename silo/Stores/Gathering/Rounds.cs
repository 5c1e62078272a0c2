namespace Orleans.Hybrid.Stores.Gathering;

/// <summary>
/// Settles a batch in rounds: items about the same thing go one after the other, and an item that lost a race goes again, on
/// what is there then.
/// </summary>
internal static class Rounds
{
    /// <summary>Each lost race is somebody else's success: more than this in a row does not happen by chance.</summary>
    private const int MostRaces = 10;

    /// <summary>
    /// Settles items 0 to <paramref name="count"/> - 1 of a batch; <paramref name="round"/> answers those that lost, and leaves
    /// for each of them what holds if that was the last time.
    /// </summary>
    public static async Task SettleAsync<TKey>(
        int count, Func<int, TKey> key, Func<IReadOnlyList<int>, Task<IReadOnlyList<int>>> round)
    {
        IReadOnlyList<int> open = [.. Enumerable.Range(0, count)];
        for (var races = 0; open.Count > 0 && races < MostRaces;)
        {
            int[] now = [.. open.DistinctBy(key)];
            var lost = await round(now);
            races += lost.Count > 0 ? 1 : 0;
            open = now.Length == open.Count && lost.Count == 0 ? [] : [.. open.Except(now).Concat(lost).Order()];
        }
    }
}
