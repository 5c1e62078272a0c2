using System.Collections.Concurrent;

namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>What the engine does, for tests, to grains that trust a single process too much.</summary>
public sealed class Harshly
{
    private static readonly Harshness Nothing = new(
        Seed: 1, CopyMessages: false, ShuffleTurns: false, DeactivationChance: 0);

    [Fact(Timeout = 10_000)]
    public async Task Random_deactivation_loses_no_call()
    {
        await using var host = Host(Nothing with { DeactivationChance = 0.5 });
        var runs = new ConcurrentDictionary<string, int>();
        var calls = Enumerable.Range(0, 2_000).Select(i => host.Actor($"{i % 5}").Ask(async actor =>
        {
            runs.AddOrUpdate($"{i}", 1, (_, count) => count + 1);
            actor.Memory++;
            var before = actor.Memory;
            await Task.Yield();
            Assert.Equal(before, actor.Memory);
            return $"{i}";
        }));

        var answers = await Task.WhenAll(calls);

        Assert.Equal(Enumerable.Range(0, 2_000).Select(i => $"{i}"), answers);
        Assert.All(runs, run => Assert.Equal(1, run.Value));
        Assert.True(host.Script.Activations > 100, $"{host.Script.Activations} activations");
    }

    [Fact(Timeout = 10_000)]
    public async Task There_is_never_more_than_one_activation_of_a_key()
    {
        await using var host = Host(Nothing with { DeactivationChance = 0.5 });
        var (alive, most) = (0, 0);
        host.Script.OnActivate = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref alive));
            await Task.Yield();
        };
        host.Script.OnDeactivate = async (_, _) =>
        {
            await Task.Yield();
            Interlocked.Decrement(ref alive);
        };

        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => host.Actor().Do(async _ => await Task.Yield())));

        Assert.Equal(1, most);
    }

    [Fact(Timeout = 10_000)]
    public async Task Waiting_calls_run_in_another_order_but_all_of_them()
    {
        await using var host = Host(Nothing with { ShuffleTurns = true });
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var order = new List<int>();
        host.Script.OnActivate = _ => gate.Task;
        var calls = Enumerable.Range(0, 20).Select(i => host.Actor().Do(_ =>
        {
            order.Add(i);
            return Task.CompletedTask;
        })).ToList();

        gate.SetResult();
        await Task.WhenAll(calls);

        Assert.NotEqual(Enumerable.Range(0, 20), order);
        Assert.Equal(Enumerable.Range(0, 20), order.Order());
    }

    [Fact(Timeout = 10_000)]
    public async Task Arguments_and_results_are_copies()
    {
        await using var host = Host(Nothing with { CopyMessages = true });
        var words = new List<string> { "mine" };
        var keeper = host.Grains.GetGrain<IKeeper>("k");

        await keeper.Keep(words);
        words[0] = "changed by the caller";
        var kept = await keeper.Kept();
        kept[0] = "changed by the caller";

        Assert.Equal(["mine"], await keeper.Kept());
    }

    [Fact(Timeout = 10_000)]
    public async Task Without_copies_the_same_instance_arrives()
    {
        await using var host = Host(Nothing);
        var words = new List<string> { "mine" };
        var keeper = host.Grains.GetGrain<IKeeper>("k");

        await keeper.Keep(words);

        Assert.Same(words, await keeper.Kept());
    }

    [Fact(Timeout = 10_000)]
    public async Task References_and_lists_declared_as_interfaces_travel_as_arguments()
    {
        await using var host = Host(Nothing with { CopyMessages = true });
        var keeper = host.Grains.GetGrain<IKeeper>("k");
        await keeper.Keep(["word"]);

        var joined = await host.Grains.GetGrain<IKeeper>("other").Join(keeper, ["a", "b"], CancellationToken.None);

        Assert.Equal(["word", "a", "b"], joined);
    }

    private static EngineHost Host(Harshness harshness) => new(new LocalEngineOptions { Harshness = harshness });

    public interface IKeeper : IGrainWithStringKey
    {
        Task Keep(List<string> words);

        Task<List<string>> Kept();

        Task<IReadOnlyList<string>> Join(IKeeper other, IReadOnlyList<string> words, CancellationToken cancel);
    }

    internal sealed class Keeper : Grain, IKeeper
    {
        private List<string> _words = [];

        public Task Keep(List<string> words)
        {
            _words = words;
            return Task.CompletedTask;
        }

        public Task<List<string>> Kept() => Task.FromResult(_words);

        public async Task<IReadOnlyList<string>> Join(
            IKeeper other, IReadOnlyList<string> words, CancellationToken cancel) => [.. await other.Kept(), .. words];
    }
}
