namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>How activations begin and end.</summary>
public sealed class ComingAndGoing
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = 10_000)]
    public async Task A_grain_activates_once_before_its_first_call()
    {
        await using var host = new EngineHost();
        host.Script.OnActivate = async actor =>
        {
            await Task.Yield();
            actor.Memory = 7;
        };

        var seen = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            host.Actor().Ask(actor => Task.FromResult($"{actor.Memory}"))));

        Assert.All(seen, memory => Assert.Equal("7", memory));
        Assert.Equal(1, host.Script.Activations);
    }

    [Fact(Timeout = 10_000)]
    public async Task Two_engines_in_one_process_share_nothing()
    {
        await using var one = new EngineHost();
        await using var other = new EngineHost();
        await one.Actor().Do(actor => Task.FromResult(actor.Memory = 1));

        Assert.Equal("0", await other.Actor().Ask(actor => Task.FromResult($"{actor.Memory}")));
        Assert.Equal(1, one.Counters.Activations[nameof(PlainActor)]);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_failing_activation_fails_the_waiting_calls_and_the_next_call_tries_anew()
    {
        await using var host = new EngineHost();
        host.Script.OnActivate = async _ =>
        {
            await _gate.Task;
            throw new FormatException("no row");
        };
        var (first, second) = (host.Actor().Do(_ => Task.CompletedTask), host.Actor().Do(_ => Task.CompletedTask));
        _gate.SetResult();
        await Assert.ThrowsAsync<FormatException>(() => first);
        await Assert.ThrowsAsync<FormatException>(() => second);

        host.Script.OnActivate = _ => Task.CompletedTask;
        await host.Actor().Do(_ => Task.CompletedTask);

        Assert.Equal(2, host.Script.Activations);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_grain_that_wants_to_leave_while_it_activates_fails_instead_of_coming_and_going_for_ever()
    {
        await using var host = new EngineHost();
        host.Script.OnActivate = actor =>
        {
            actor.Leave();
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Actor().Do(_ => Task.CompletedTask));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_leaving_grain_ends_its_running_call_and_its_waiting_calls_go_to_the_next()
    {
        await using var host = new EngineHost();
        var reasons = new List<DeactivationReasonCode>();
        host.Script.OnDeactivate = (_, reason) =>
        {
            reasons.Add(reason.ReasonCode);
            return Task.CompletedTask;
        };
        var leaving = host.Actor().Ask(async actor =>
        {
            actor.Leave();
            actor.Memory = 1;
            await _gate.Task;
            return $"{actor.Memory}";
        });
        var waiting = host.Actor().Ask(actor => Task.FromResult($"{actor.Memory}"));
        _gate.SetResult();

        Assert.Equal("1", await leaving);
        Assert.Equal("0", await waiting);
        Assert.Equal([DeactivationReasonCode.ApplicationRequested], reasons);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_failing_farewell_is_logged_and_ends_the_activation_all_the_same()
    {
        await using var host = new EngineHost();
        host.Script.OnDeactivate = (_, _) => throw new FormatException("not saved");

        await host.Actor("k").Do(actor =>
        {
            actor.Leave();
            return Task.CompletedTask;
        });
        var (message, exception) = await host.NextFailureAsync();
        await host.Actor("k").Do(_ => Task.CompletedTask);

        Assert.Contains("PlainActor(k)", message, StringComparison.Ordinal);
        Assert.IsType<FormatException>(exception);
        Assert.Equal(2, host.Script.Activations);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_activation_that_nobody_calls_is_collected()
    {
        await using var host = new EngineHost(new LocalEngineOptions { IdleAge = TimeSpan.FromMinutes(8) });
        var gone = new TaskCompletionSource<DeactivationReasonCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Script.OnDeactivate = (actor, reason) =>
            Task.FromResult(actor.GetPrimaryKeyString() == "idle" && gone.TrySetResult(reason.ReasonCode));
        await host.Actor("idle").Do(_ => Task.CompletedTask);
        await host.Actor("busy").Do(_ => Task.CompletedTask);

        host.Time.Advance(TimeSpan.FromMinutes(5));
        await host.Actor("busy").Do(_ => Task.CompletedTask);
        host.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(DeactivationReasonCode.ActivationIdle, await gone.Task);
        await host.Actor("busy").Do(_ => Task.CompletedTask);
        Assert.Equal(2, host.Script.Activations);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_activation_with_a_running_call_is_not_collected()
    {
        await using var host = new EngineHost(new LocalEngineOptions { IdleAge = TimeSpan.FromMinutes(8) });
        await host.Actor().Do(_ => Task.CompletedTask);
        var running = host.Actor().Do(_ => _gate.Task);

        host.Time.Advance(TimeSpan.FromHours(1));
        _gate.SetResult();
        await running;
        await host.Actor().Do(_ => Task.CompletedTask);

        Assert.Equal(1, host.Script.Activations);
    }
}
