using Orleans.Runtime;

namespace Orleans.Hybrid.LocalEngine;

/// <summary>Asks its activation for a turn when it is due; the next pause begins when the tick has ended.</summary>
internal sealed class GrainTimer(
    Activation owner, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) : IGrainTimer
{
    private readonly CancellationTokenSource _disposal = new();
    private ITimer? _clock;

    public GrainTimer Start()
    {
        owner.Ending += Dispose;
        using var apart = ExecutionContext.SuppressFlow();
        _clock = owner.Engine.Time.CreateTimer(_ => owner.TryAccept(
            new Step("timer", null, TickAsync) { Interleaves = options.Interleave, KeepsAlive = options.KeepAlive }),
            null, options.DueTime, Timeout.InfiniteTimeSpan);
        return this;
    }

    public void Dispose()
    {
        owner.Ending -= Dispose;
        _clock?.Dispose();
        _disposal.Cancel();
    }

    private async Task TickAsync()
    {
        await owner.Engine.AttemptAsync($"A timer of {owner}", () =>
            _disposal.IsCancellationRequested ? Task.CompletedTask : callback(_disposal.Token));
        _clock?.Change(options.Period, Timeout.InfiniteTimeSpan);
    }
}
