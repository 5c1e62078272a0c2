using System.Threading.Channels;

namespace Orleans.Hybrid.Silo.Tests.Support;

/// <summary>A clock that stands still until a test moves it, or lets whoever rests next have rested.</summary>
internal sealed class StepTime : TimeProvider
{
    private readonly Channel<Rest> _rests = Channel.CreateUnbounded<Rest>();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var rest = new Rest(() => callback(state), dueTime);
        _rests.Writer.TryWrite(rest);
        return rest;
    }

    public void Advance(TimeSpan time) => _now += time;

    /// <summary>Waits until somebody rests, ends the rest, and answers how long it would have been.</summary>
    public async Task<TimeSpan> EndRestAsync()
    {
        var rest = await _rests.Reader.ReadAsync();
        _now += rest.DueTime;
        rest.End();
        return rest.DueTime;
    }

    private sealed record Rest(Action End, TimeSpan DueTime) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
