namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>Timers of grains.</summary>
public sealed class Timers
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _ticks = new(0);

    [Fact(Timeout = 10_000)]
    public async Task A_tick_is_a_turn_and_waits_for_a_running_call()
    {
        await using var host = new EngineHost();
        await StartTimerAsync(host, new() { DueTime = Second, Period = Second });
        var running = host.Actor().Do(_ => _gate.Task);

        host.Time.Advance(Second);
        await host.Actor().DoMeanwhile(_ => Task.CompletedTask);
        Assert.Equal(0, _ticks.CurrentCount);
        _gate.SetResult();

        await running;
        await _ticks.WaitAsync();
    }

    [Fact(Timeout = 10_000)]
    public async Task An_interleaving_tick_passes_a_running_call()
    {
        await using var host = new EngineHost();
        await StartTimerAsync(host, new() { DueTime = Second, Period = Second, Interleave = true });
        var running = host.Actor().Do(_ => _gate.Task);

        host.Time.Advance(Second);

        await _ticks.WaitAsync();
        _gate.SetResult();
        await running;
    }

    [Fact(Timeout = 10_000)]
    public async Task A_timer_ticks_on_after_a_tick_that_failed()
    {
        await using var host = new EngineHost();
        await host.Actor("k").Do(actor => Task.FromResult(
            actor.StartTimer(_ => throw new FormatException("tick"), new() { DueTime = Second, Period = Second })));

        for (var tick = 0; tick < 2; tick++)
        {
            host.Time.Advance(Second);
            var (message, exception) = await host.NextFailureAsync();
            Assert.Contains("PlainActor(k)", message, StringComparison.Ordinal);
            Assert.IsType<FormatException>(exception);
            await host.Actor("k").Do(_ => Task.CompletedTask);
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task A_disposed_timer_cancels_its_running_tick_and_ticks_no_more()
    {
        await using var host = new EngineHost();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IGrainTimer? timer = null;
        await host.Reentrant().Do(actor => Task.FromResult(timer = actor.StartTimer(
            async cancel =>
            {
                _ticks.Release();
                await Task.Delay(Timeout.Infinite, cancel).ContinueWith(_ => { }, TaskScheduler.Current);
                cancelled.TrySetResult();
            },
            new() { DueTime = Second, Period = Second })));
        host.Time.Advance(Second);
        await _ticks.WaitAsync();

        timer!.Dispose();
        await cancelled.Task;
        await host.Reentrant().Do(_ => Task.CompletedTask);
        host.Time.Advance(10 * Second);
        await host.Reentrant().Do(_ => Task.CompletedTask);

        Assert.Equal(0, _ticks.CurrentCount);
    }

    [Fact(Timeout = 10_000)]
    public async Task Timers_end_with_their_activation()
    {
        await using var host = new EngineHost();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Script.OnDeactivate = (_, _) => Task.FromResult(gone.TrySetResult());
        await StartTimerAsync(host, new() { DueTime = Second, Period = Second });

        await host.Actor().Do(actor =>
        {
            actor.Leave();
            return Task.CompletedTask;
        });
        await gone.Task;
        host.Time.Advance(10 * Second);
        await host.Actor().Do(_ => Task.CompletedTask);

        Assert.Equal(0, _ticks.CurrentCount);
    }

    [Fact(Timeout = 10_000)]
    public async Task Ticks_do_not_keep_an_activation()
    {
        await using var host = new EngineHost(new LocalEngineOptions { IdleAge = 8 * Second });
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Script.OnDeactivate = (_, _) => Task.FromResult(gone.TrySetResult());
        await StartTimerAsync(host, new() { DueTime = Second, Period = Second });

        while (!gone.Task.IsCompleted)
        {
            host.Time.Advance(Second);
            await Task.WhenAny(_ticks.WaitAsync(), gone.Task);
        }

        await host.Actor().Do(_ => Task.CompletedTask);
        Assert.Equal(2, host.Script.Activations);
    }

    [Fact(Timeout = 10_000)]
    public async Task Ticks_that_keep_alive_keep_an_activation()
    {
        await using var host = new EngineHost(new LocalEngineOptions { IdleAge = 8 * Second });
        await StartTimerAsync(host, new() { DueTime = 5 * Second, Period = 5 * Second, KeepAlive = true });

        for (var tick = 0; tick < 10; tick++)
        {
            host.Time.Advance(5 * Second);
            await _ticks.WaitAsync();
        }

        await host.Actor().Do(_ => Task.CompletedTask);
        Assert.Equal(1, host.Script.Activations);
    }

    private Task StartTimerAsync(EngineHost host, GrainTimerCreationOptions options) => host.Actor().Do(actor =>
        Task.FromResult(actor.StartTimer(_ => Task.FromResult(_ticks.Release()), options)));
}
