using System.Diagnostics;

namespace OrleansHybrid.Bench.Load;

/// <summary>One timed round of work by many workers: open until its time is over or its tasks are done.</summary>
internal sealed class Round : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _longest;
    private readonly long _most;
    private long _done;
    private long _last;

    private Round(TimeSpan longest, long most)
    {
        _longest = longest;
        _most = most;
        _last = _began;
    }

    /// <summary>False when no more work is to be begun.</summary>
    public bool Open => Volatile.Read(ref _done) < _most && Stopwatch.GetElapsedTime(_began) < _longest;

    /// <summary>Fires when the last task is done: whoever still waits for one can stop.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Tasks a second, up to when the last one was done.</summary>
    public double Rate => _done / Stopwatch.GetElapsedTime(_began, _last).TotalSeconds;

    /// <summary>As many as go into this time.</summary>
    public static Round Lasting(TimeSpan time) => new(time, long.MaxValue);

    /// <summary>This many, however long they take.</summary>
    public static Round Of(long tasks) => new(TimeSpan.MaxValue, tasks);

    /// <summary>Some tasks are done.</summary>
    public void Did(int tasks)
    {
        Volatile.Write(ref _last, Stopwatch.GetTimestamp());
        if (Interlocked.Add(ref _done, tasks) >= _most)
        {
            _over.Cancel();
        }
    }

    public void Dispose() => _over.Dispose();
}
