using System.Diagnostics;

namespace OrleansHybrid.Bench.Load;

/// <summary>One timed round of work by many workers: open until its time is over or its tasks are done.</summary>
internal sealed class Round : IDisposable
{
    private readonly CancellationTokenSource _completed = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _maxDuration;
    private readonly long _maxTasks;
    private long _done;
    private long _last;

    private Round(TimeSpan maxDuration, long maxTasks)
    {
        _maxDuration = maxDuration;
        _maxTasks = maxTasks;
        _last = _began;
    }

    /// <summary>False when no more work is to be begun.</summary>
    public bool IsOpen => Volatile.Read(ref _done) < _maxTasks && Stopwatch.GetElapsedTime(_began) < _maxDuration;

    /// <summary>Fires when the last task is done: whoever still waits for one can stop.</summary>
    public CancellationToken Completed => _completed.Token;

    /// <summary>Tasks a second, up to when the last one was done.</summary>
    public double Rate => _done / Stopwatch.GetElapsedTime(_began, _last).TotalSeconds;

    /// <summary>As many as go into this time.</summary>
    public static Round Lasting(TimeSpan time) => new(time, long.MaxValue);

    /// <summary>This many, however long they take.</summary>
    public static Round Of(long tasks) => new(TimeSpan.MaxValue, tasks);

    /// <summary>Some tasks are done.</summary>
    public void Record(int tasks)
    {
        Volatile.Write(ref _last, Stopwatch.GetTimestamp());
        if (Interlocked.Add(ref _done, tasks) >= _maxTasks)
        {
            _completed.Cancel();
        }
    }

    public void Dispose() => _completed.Dispose();
}
