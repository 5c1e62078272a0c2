using Orleans.Hybrid.OrleansSurface;

namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>The grain that uses every name does here what its source says.</summary>
public sealed class SharedVocabulary
{
    [Fact(Timeout = 10_000)]
    public async Task A_grain_that_uses_every_name_runs()
    {
        await using var host = new EngineHost();
        var grain = host.Grains.GetGrain<IVocabularyGrain>("a");

        await grain.Wake(["hello", "world"]);

        Assert.Equal("a: hello world", await grain.Read(CancellationToken.None));
        Assert.Equal("b b b: ", await grain.Peek("b"));
    }
}
