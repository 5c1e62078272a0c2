namespace OrleansHybrid.Bench.Scenarios;

/// <summary>Two silos that do the same in turn, under different conditions: the plain one stands where raw stands elsewhere.</summary>
internal sealed class SiloComparison(IComparison changed, IComparison plain) : IComparison
{
    /// <summary>Sets the work up on both, and warms the plain one up as the other will be.</summary>
    public static async Task<SiloComparison> BeginAsync(Task<IComparison> changed, Task<IComparison> plain, int warmUps)
    {
        var pair = new SiloComparison(await changed, await plain);
        for (var warmUp = 0; warmUp < warmUps; warmUp++)
        {
            await pair.RunRawAsync();
        }

        return pair;
    }

    public Task<double> RunSiloAsync() => changed.RunSiloAsync();

    public Task<double> RunRawAsync() => plain.RunSiloAsync();

    public void Dispose()
    {
        changed.Dispose();
        plain.Dispose();
    }
}
