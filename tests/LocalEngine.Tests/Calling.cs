namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>What a caller gets back, and when.</summary>
public sealed class Calling
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = 10_000)]
    public async Task A_result_travels_to_the_caller()
    {
        await using var host = new EngineHost();

        var answer = await host.Actor("k").Ask(actor => Task.FromResult($"I am {actor.GetPrimaryKeyString()}"));

        Assert.Equal("I am k", answer);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_exception_travels_to_the_caller_with_its_type()
    {
        await using var host = new EngineHost();
        var fails = host.Actor().Do(_ => throw new FormatException("at once"));
        var failsLater = host.Actor().Do(async _ =>
        {
            await Task.Yield();
            throw new TimeoutException("later");
        });

        Assert.Equal("at once", (await Assert.ThrowsAsync<FormatException>(() => fails)).Message);
        Assert.Equal("later", (await Assert.ThrowsAsync<TimeoutException>(() => failsLater)).Message);
        await host.Actor().Do(_ => Task.CompletedTask);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_one_way_call_returns_before_it_has_run()
    {
        await using var host = new EngineHost();
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var told = host.Actor().Tell(async _ =>
        {
            await _gate.Task;
            ran.SetResult();
        });

        Assert.True(told.IsCompletedSuccessfully);
        _gate.SetResult();
        await ran.Task;
    }

    [Fact(Timeout = 10_000)]
    public async Task A_failing_one_way_call_is_logged()
    {
        await using var host = new EngineHost();

        await host.Actor("k").Tell(_ => throw new FormatException("unheard"));

        var (message, exception) = await host.NextFailureAsync();
        Assert.Contains("PlainActor(k).Tell", message, StringComparison.Ordinal);
        Assert.IsType<FormatException>(exception);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_cancelled_caller_waits_no_longer_and_its_grain_sees_the_token()
    {
        await using var host = new EngineHost();
        using var cancel = new CancellationTokenSource();
        var (begun, seen) = (NewSignal(), NewSignal());
        async Task Work(CancellationToken token)
        {
            begun.SetResult();
            using var registration = token.Register(seen.SetResult);
            await _gate.Task;
        }

        var call = host.Actor().DoUnless(Work, cancel.Token);
        await begun.Task;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await seen.Task;
        _gate.SetResult();
    }

    [Fact(Timeout = 10_000)]
    public async Task A_call_that_is_cancelled_while_it_waits_never_runs()
    {
        await using var host = new EngineHost();
        using var cancel = new CancellationTokenSource();
        var first = host.Actor().Do(_ => _gate.Task);
        var ran = false;
        var second = host.Actor().DoUnless(_ => Task.FromResult(ran = true), cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _gate.SetResult();
        await first;
        await host.Actor().Do(_ => Task.CompletedTask);

        Assert.False(ran);
    }

    [Fact(Timeout = 10_000)]
    public async Task References_to_one_grain_are_equal()
    {
        await using var host = new EngineHost();

        Assert.Equal(host.Actor("k"), host.Actor("k"));
        Assert.Equal(host.Actor("k").GetHashCode(), host.Actor("k").GetHashCode());
        Assert.NotEqual(host.Actor("k"), host.Actor("K"));
        Assert.NotEqual<object>(host.Actor("k"), host.Reentrant("k"));
        Assert.Equal("k", host.Actor("k").GetPrimaryKeyString());
    }

    [Fact(Timeout = 10_000)]
    public async Task An_interface_without_a_class_is_named()
    {
        await using var host = new EngineHost();

        var exception = Assert.Throws<InvalidOperationException>(() => host.Grains.GetGrain<INobody>("k"));

        Assert.Contains(nameof(INobody), exception.Message, StringComparison.Ordinal);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public interface INobody : IGrainWithStringKey;
}
