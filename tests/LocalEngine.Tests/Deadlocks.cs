namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>Calls that would wait for their own callers.</summary>
public sealed class Deadlocks
{
    [Fact(Timeout = 10_000)]
    public async Task A_call_back_to_a_waiting_caller_fails_at_once_and_names_the_chain()
    {
        await using var host = new EngineHost();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            host.Actor("a").Do(a => Of(a, "b").Do(b => Of(b, "a").Read(_ => Task.CompletedTask))));

        Assert.StartsWith(
            "PlainActor(a).Do → PlainActor(b).Do → PlainActor(a).Read ", exception.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_call_back_into_the_activation_that_a_call_waits_for_is_named()
    {
        await using var host = new EngineHost();
        host.Script.OnActivate = actor => actor.GetPrimaryKeyString() == "b"
            ? Of(actor, "a").Do(_ => Task.CompletedTask)
            : Task.CompletedTask;

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            host.Actor("a").Do(a => Of(a, "b").Do(_ => Task.CompletedTask)));

        Assert.Contains(
            "PlainActor(a).Do → PlainActor(b).Do → PlainActor(b).OnActivateAsync → PlainActor(a).Do",
            exception.Message,
            StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_call_to_a_grain_that_was_asked_to_leave_by_its_own_caller_fails_at_once()
    {
        await using var host = new EngineHost();

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Reentrant("a").Do(a =>
        {
            a.Leave();
            return Of(a, "b").Do(b => b.Grains.GetGrain<IReentrantActor>("a").Do(_ => Task.CompletedTask));
        }));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_call_back_to_a_reentrant_caller_goes_through()
    {
        await using var host = new EngineHost();

        await host.Reentrant("a").Do(a => Of(a, "b").Do(b =>
            b.Grains.GetGrain<IReentrantActor>("a").Do(_ => Task.CompletedTask)));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_call_back_to_an_interleaving_method_goes_through()
    {
        await using var host = new EngineHost();

        await host.Actor("a").Do(a => Of(a, "b").Do(b => Of(b, "a").DoMeanwhile(_ => Task.CompletedTask)));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_call_back_on_behalf_of_a_one_way_call_waits_its_turn()
    {
        await using var host = new EngineHost();
        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await host.Actor("a").Do(a => Of(a, "b").Tell(b => Of(b, "a").Do(_ => Task.FromResult(back.TrySetResult()))));

        await back.Task;
    }

    [Fact(Timeout = 10_000)]
    public async Task A_call_back_after_the_caller_has_ended_waits_its_turn()
    {
        await using var host = new EngineHost();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? back = null;
        await host.Actor("a").Do(a => Task.FromResult(back = Of(a, "b").Do(async b =>
        {
            await ended.Task;
            await Of(b, "a").Do(_ => Task.CompletedTask);
        })));
        await host.Actor("a").Do(_ => Task.CompletedTask);

        ended.SetResult();

        await back!;
    }

    private static IPlainActor Of(Actor actor, string key) => actor.Grains.GetGrain<IPlainActor>(key);
}
