using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Runner.Sessions;

/// <summary>
/// Counts what a runner has done in all its sessions, and drains it when a limit is reached, as the first TERM does. A task that was
/// released before its program was started does not count.
/// </summary>
internal sealed class LifetimeMonitor : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LifetimeOptions _limits;
    private readonly TimeProvider _time;
    private readonly ILogger<LifetimeMonitor> _logger;
    private readonly CancellationTokenSource _draining;
    private readonly ITimer _uptime;
    private readonly ITimer _idle;
    private long? _idleSince;
    private int _running;
    private int _finished;

    public LifetimeMonitor(LifetimeOptions limits, TimeProvider time, ILogger<LifetimeMonitor> logger, CancellationToken cancellationToken)
    {
        (this._limits, this._time, this._logger) = (limits, time, logger);
        _draining = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _idle = time.CreateTimer(_ => OnIdle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _uptime = time.CreateTimer(
            _ => RequestShutdown("max uptime reached"), null, limits.MaxUptime ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fires when the runner is to leave, for whatever reason.</summary>
    public CancellationToken Drain => _draining.Token;

    /// <summary>How many more tasks may be claimed.</summary>
    public int RemainingTasks
    {
        get
        {
            lock (_lock)
            {
                return _limits.MaxTasks is { } most ? Math.Max(0, most - _finished - _running) : int.MaxValue;
            }
        }
    }

    /// <summary>From the first time on, being without a task counts.</summary>
    public void OnEnrolled()
    {
        lock (_lock)
        {
            if (_running == 0 && _idleSince is null)
            {
                StartIdleTimer();
            }
        }
    }

    /// <summary>A task was claimed.</summary>
    public void OnTaskClaimed()
    {
        lock (_lock)
        {
            _running++;
        }
    }

    /// <summary>It is over here; <paramref name="counts"/> when its program was started, or it has got its result without.</summary>
    public void OnTaskEnded(bool counts)
    {
        bool isEnough;
        lock (_lock)
        {
            _running--;
            _finished += counts ? 1 : 0;
            isEnough = counts && _finished == _limits.MaxTasks;
            if (_running == 0)
            {
                StartIdleTimer();
            }
        }

        if (isEnough)
        {
            RequestShutdown("max tasks reached");
        }
    }

    // The token's source is left to the garbage collector: an execution that hung may return when all else is over.
    public void Dispose()
    {
        _idle.Dispose();
        _uptime.Dispose();
    }

    private void StartIdleTimer()
    {
        _idleSince = _time.GetTimestamp();
        _idle.Change(_limits.MaxIdleTime ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnIdle()
    {
        lock (_lock)
        {
            if (_running > 0 || _idleSince is not { } since || _limits.MaxIdleTime is not { } longest)
            {
                return;
            }

            // A task may have started and ended while the timer was firing.
            if (longest - _time.GetElapsedTime(since) is var left && left > TimeSpan.Zero)
            {
                _idle.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        RequestShutdown("idle timeout reached");
    }

    private void RequestShutdown(string reason)
    {
        if (!_draining.IsCancellationRequested)
        {
            _logger.ShuttingDown(reason);
            _ = _draining.CancelAsync();
        }
    }
}
