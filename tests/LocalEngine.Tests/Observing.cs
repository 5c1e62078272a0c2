using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orleans.Concurrency;

namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>Observers, told through references.</summary>
public sealed class Observing
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public interface IWatcher : IGrainObserver
    {
        [OneWay]
        Task Deliver(string word);

        void Notice(string word);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_observer_hears_in_order_and_one_at_a_time_while_nobody_waits_for_it()
    {
        await using var host = new EngineHost();
        var watcher = new Watcher { Before = _gate.Task };
        var reference = host.Grains.CreateObjectReference<IWatcher>(watcher);

        await host.Actor().Do(async _ =>
        {
            for (var i = 0; i < 10; i++)
            {
                await reference.Deliver($"deliver {i}");
                reference.Notice($"notice {i}");
            }
        });

        Assert.Empty(watcher.Heard);
        _gate.SetResult();
        await watcher.HasHeardAsync(20);
        Assert.Equal(Enumerable.Range(0, 10).SelectMany(i => new[] { $"deliver {i}", $"notice {i}" }), watcher.Heard);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_observer_runs_outside_the_turns_of_the_grain_that_tells_it()
    {
        await using var host = new EngineHost();
        var watcher = new Watcher();
        var reference = host.Grains.CreateObjectReference<IWatcher>(watcher);

        await host.Actor().Do(_ => reference.Deliver("word"));

        await watcher.HasHeardAsync(1);
        Assert.Same(TaskScheduler.Default, watcher.Scheduler);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_observer_may_call_the_grain_that_told_it()
    {
        await using var host = new EngineHost();
        var watcher = new Watcher { OnWord = _ => host.Actor().Do(_ => Task.CompletedTask) };
        var reference = host.Grains.CreateObjectReference<IWatcher>(watcher);

        await host.Actor().Do(async _ =>
        {
            await reference.Deliver("word");
            await _gate.Task.WaitAsync(TimeSpan.Zero).ContinueWith(_ => { }, TaskScheduler.Current);
        });

        await watcher.HasHeardAsync(1);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_failing_observer_is_logged_and_hears_the_next()
    {
        await using var host = new EngineHost();
        var watcher = new Watcher
        {
            OnWord = word => word == "bad" ? throw new FormatException(word) : Task.CompletedTask,
        };
        var reference = host.Grains.CreateObjectReference<IWatcher>(watcher);

        await reference.Deliver("bad");
        await reference.Deliver("good");

        var (message, exception) = await host.NextFailureAsync();
        Assert.Contains("IWatcher.Deliver", message, StringComparison.Ordinal);
        Assert.IsType<FormatException>(exception);
        await watcher.HasHeardAsync(1);
        Assert.Equal(["good"], watcher.Heard);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_deleted_reference_delivers_no_more()
    {
        await using var host = new EngineHost();
        var watcher = new Watcher();
        var old = host.Grains.CreateObjectReference<IWatcher>(watcher);
        var current = host.Grains.CreateObjectReference<IWatcher>(watcher);
        Assert.NotEqual(old, current);

        host.Grains.DeleteObjectReference<IWatcher>(old);
        await old.Deliver("lost");
        await current.Deliver("found");

        await watcher.HasHeardAsync(1);
        Assert.Equal(["found"], watcher.Heard);
        Assert.Throws<ArgumentException>(() => host.Grains.DeleteObjectReference<IWatcher>(watcher));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_reference_does_not_keep_its_observer()
    {
        await using var host = new EngineHost();
        var (reference, observer) = ObserveAndForget(host.Grains);

        await reference.Deliver("word");
        while (observer.IsAlive)
        {
            GC.Collect();
            await Task.Yield();
        }

        await reference.Deliver("to nobody");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (IWatcher Reference, WeakReference Observer) ObserveAndForget(IGrainFactory grains)
    {
        var watcher = new Watcher();
        return (grains.CreateObjectReference<IWatcher>(watcher), new WeakReference(watcher));
    }

    private sealed class Watcher : IWatcher
    {
        private readonly SemaphoreSlim _words = new(0);

        public Task Before { get; init; } = Task.CompletedTask;

        public Func<string, Task> OnWord { get; init; } = _ => Task.CompletedTask;

        public ConcurrentQueue<string> Heard { get; } = new();

        public TaskScheduler? Scheduler { get; private set; }

        public async Task Deliver(string word)
        {
            Scheduler = TaskScheduler.Current;
            await Before;
            await OnWord(word);
            Notice(word);
        }

        public void Notice(string word)
        {
            Heard.Enqueue(word);
            _words.Release();
        }

        public async Task HasHeardAsync(int words)
        {
            for (var word = 0; word < words; word++)
            {
                await _words.WaitAsync();
            }
        }
    }
}
