using Orleans.Hybrid.Runner.Link;

namespace Orleans.Hybrid.Runner.Tests;

/// <summary>How long a runner waits after calls that failed.</summary>
public sealed class Pauses
{
    [Fact]
    public void They_double_up_to_a_limit_with_chance_in_them_and_begin_anew_after_success()
    {
        var backoff = new Backoff(new Random(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        var pauses = Enumerable.Range(0, 100).Select(_ => backoff.Failed().TotalSeconds).ToList();
        backoff.Succeeded();

        Assert.All(pauses.Select((pause, i) => pause / Math.Min(30, Math.Pow(2, i))), part => Assert.InRange(part, 0.5, 1));
        Assert.True(pauses.Skip(10).Distinct().Count() > 80);
        Assert.InRange(backoff.Failed().TotalSeconds, 0.5, 1);
        Assert.InRange(backoff.Failed(TimeSpan.FromSeconds(60)).TotalSeconds, 60, 62);
    }
}
