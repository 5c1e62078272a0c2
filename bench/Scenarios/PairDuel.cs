namespace OrleansHybrid.Bench.Scenarios;

/// <summary>Two silos that do the same in turn, under different conditions: the plain one stands where raw stands elsewhere.</summary>
internal sealed class PairDuel(IDuel changed, IDuel plain) : IDuel
{
    /// <summary>Sets the work up on both, and warms the plain one up as the other will be.</summary>
    public static async Task<PairDuel> BeginAsync(Task<IDuel> changed, Task<IDuel> plain, int warmUps)
    {
        var pair = new PairDuel(await changed, await plain);
        for (var warmUp = 0; warmUp < warmUps; warmUp++)
        {
            await pair.RawAsync();
        }

        return pair;
    }

    public Task<double> OursAsync() => changed.OursAsync();

    public Task<double> RawAsync() => plain.OursAsync();

    public void Dispose()
    {
        changed.Dispose();
        plain.Dispose();
    }
}
