using System.Collections.Concurrent;

namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>What may run at the same time, and what waits for what.</summary>
public sealed class TakingTurns
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = 10_000)]
    public async Task Calls_of_one_key_run_one_after_the_other_in_order()
    {
        await using var host = new EngineHost();
        var seen = new ConcurrentQueue<string>();
        var calls = Enumerable.Range(0, 20).Select(i => host.Actor().Do(async _ =>
        {
            seen.Enqueue($"begin {i}");
            await Task.Yield();
            seen.Enqueue($"end {i}");
        }));

        await Task.WhenAll(calls);

        Assert.Equal(Enumerable.Range(0, 20).SelectMany(i => new[] { $"begin {i}", $"end {i}" }), seen);
    }

    [Fact(Timeout = 10_000)]
    public async Task Calls_of_different_keys_run_side_by_side()
    {
        await using var host = new EngineHost();
        using var both = new Barrier(2);
        Task Meet(string key) => host.Actor(key).Do(_ => Task.FromResult(both.SignalAndWait(TimeSpan.FromSeconds(8))));

        await Task.WhenAll(Meet("a"), Meet("b"));

        Assert.Equal(1, both.CurrentPhaseNumber);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_reentrant_grain_begins_a_call_while_another_awaits()
    {
        await using var host = new EngineHost();
        var waiting = host.Reentrant().Do(_ => _gate.Task);

        await host.Reentrant().Do(_ => Task.FromResult(_gate.TrySetResult()));

        await waiting;
    }

    [Fact(Timeout = 10_000)]
    public async Task Interleaved_turns_never_run_in_parallel()
    {
        await using var host = new EngineHost();
        var (inside, most) = (0, 0);
        async Task Work(Actor actor)
        {
            for (var turn = 0; turn < 20; turn++)
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                Thread.SpinWait(200);
                actor.Memory++;
                Interlocked.Decrement(ref inside);
                await Task.Yield();
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.Reentrant().Do(Work)));

        Assert.Equal(1, most);
        Assert.Equal("1000", await host.Reentrant().Ask(actor => Task.FromResult($"{actor.Memory}")));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_plain_grain_lets_only_interleaving_methods_pass_a_waiting_call()
    {
        await using var host = new EngineHost();
        var first = host.Actor().Do(_ => _gate.Task);
        var second = host.Actor().Do(_ => Task.CompletedTask);

        await host.Actor().DoMeanwhile(_ => Task.CompletedTask);

        Assert.False(second.IsCompleted);
        _gate.SetResult();
        await Task.WhenAll(first, second);
    }

    [Fact(Timeout = 10_000)]
    public async Task Readers_interleave_with_readers_and_wait_for_writers()
    {
        await using var host = new EngineHost();
        var writer = host.Actor().Do(_ => _gate.Task);
        var bothRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reader = host.Actor().Read(_ => bothRead.Task);
        var other = host.Actor().Read(_ => Task.FromResult(bothRead.TrySetResult()));
        await host.Actor().DoMeanwhile(_ => Task.CompletedTask);
        Assert.False(bothRead.Task.IsCompleted);

        _gate.SetResult();

        await Task.WhenAll(writer, reader, other);
    }

    [Fact(Timeout = 10_000)]
    public async Task What_interleaves_runs_behind_a_writer_that_waited_for_the_same_activation()
    {
        await using var host = new EngineHost();
        host.Script.OnActivate = _ => _gate.Task;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writer = host.Actor().Do(_ => done.Task);
        var meanwhile = host.Actor().DoMeanwhile(_ => Task.FromResult(done.TrySetResult()));

        _gate.SetResult();

        await Task.WhenAll(writer, meanwhile);
    }

    [Fact(Timeout = 10_000)]
    public async Task What_follows_an_await_runs_in_the_same_activation()
    {
        await using var host = new EngineHost();

        await host.Actor().Do(async _ =>
        {
            var scheduler = TaskScheduler.Current;
            await Task.Run(() => Assert.NotSame(scheduler, TaskScheduler.Current));
            Assert.Same(scheduler, TaskScheduler.Current);
            Assert.NotSame(TaskScheduler.Default, scheduler);
        });
    }

    [Fact(Timeout = 10_000)]
    public async Task What_flows_with_a_caller_ends_at_the_call()
    {
        await using var host = new EngineHost();
        var ambient = new AsyncLocal<string> { Value = "the caller's" };

        var seen = await host.Actor().Ask(_ => Task.FromResult($"{ambient.Value}"));

        Assert.Equal("", seen);
    }
}
