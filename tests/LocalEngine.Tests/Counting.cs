namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>The figures that a page can show.</summary>
public sealed class Counting
{
    [Fact(Timeout = 10_000)]
    public async Task The_counters_tell_activations_calls_and_the_slowest_methods()
    {
        await using var host = new EngineHost();
        await host.Actor("a").Read(_ => Task.CompletedTask);
        await host.Actor("b").Do(_ =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(3));
            return Task.CompletedTask;
        });
        await host.Reentrant("a").Do(_ => Task.CompletedTask);

        Assert.Equal(2, host.Counters.Activations[nameof(PlainActor)]);
        Assert.Equal(1, host.Counters.Activations[nameof(ReentrantActor)]);
        Assert.Equal(3, host.Counters.Calls);
        Assert.Equal(new MethodTiming("IPlainActor.Do", 1, TimeSpan.FromSeconds(3)), host.Counters.SlowestMethods[0]);
    }
}
