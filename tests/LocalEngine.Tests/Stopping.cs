namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>How the engine stops.</summary>
public sealed class Stopping
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = 10_000)]
    public async Task Stop_waits_for_running_turns_and_says_farewell_to_all()
    {
        await using var host = new EngineHost();
        var farewells = new List<(string Key, DeactivationReasonCode Reason)>();
        host.Script.OnDeactivate = (actor, reason) =>
        {
            lock (farewells)
            {
                farewells.Add((actor.GetPrimaryKeyString(), reason.ReasonCode));
            }

            return Task.CompletedTask;
        };
        await host.Actor("a").Do(_ => Task.CompletedTask);
        await host.Actor("b").Do(_ => Task.CompletedTask);
        var running = host.Actor("b").Do(_ => _gate.Task);

        var stop = host.StopAsync();
        Assert.False(stop.IsCompleted);
        _gate.SetResult();
        await stop;

        await running;
        Assert.Equal(["a", "b"], farewells.Select(farewell => farewell.Key).Order());
        Assert.All(farewells, farewell => Assert.Equal(DeactivationReasonCode.ShuttingDown, farewell.Reason));
        Assert.Equal(0, host.Counters.Activations[nameof(PlainActor)]);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_running_turn_may_call_grains_that_have_ended_already()
    {
        await using var host = new EngineHost();
        var bIsGone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Script.OnDeactivate = (actor, _) =>
            Task.FromResult(actor.GetPrimaryKeyString() == "b" && bIsGone.TrySetResult());
        await host.Actor("b").Do(_ => Task.CompletedTask);
        var running = host.Actor("a").Do(async a =>
        {
            await bIsGone.Task;
            await a.Grains.GetGrain<IPlainActor>("b").Do(_ => Task.CompletedTask);
        });

        await host.StopAsync();

        await running;
        Assert.Equal(0, host.Counters.Activations[nameof(PlainActor)]);
    }

    [Fact(Timeout = 10_000)]
    public async Task Calls_that_waited_when_stop_began_are_served()
    {
        await using var host = new EngineHost();
        var running = host.Actor().Do(_ => _gate.Task);
        var waiting = host.Actor().Ask(_ => Task.FromResult("served"));

        var stop = host.StopAsync();
        _gate.SetResult();
        await stop;

        await running;
        Assert.Equal("served", await waiting);
    }

    [Fact(Timeout = 10_000)]
    public async Task Stop_gives_up_when_the_host_does()
    {
        await using var host = new EngineHost();
        using var deadline = new CancellationTokenSource();
        var running = host.Actor().Do(_ => _gate.Task);

        var stop = host.StopAsync(deadline.Token);
        await deadline.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop);
        _gate.SetResult();
        await running;
    }
}
