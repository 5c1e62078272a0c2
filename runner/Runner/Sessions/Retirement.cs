using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Runner.Sessions;

/// <summary>
/// Counts what a runner has done in all its sessions, and lets it leave when that is enough: as the first TERM does. A task that was
/// handed back before its program was started is as if it had never come.
/// </summary>
internal sealed class Retirement : IDisposable
{
    private readonly Lock _turn = new();
    private readonly LifeLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger<Retirement> _logger;
    private readonly CancellationTokenSource _leaving;
    private readonly ITimer _uptime;
    private readonly ITimer _idle;
    private long? _idleSince;
    private int _held;
    private int _done;

    public Retirement(LifeLimits limits, TimeProvider time, ILogger<Retirement> logger, CancellationToken cancellationToken)
    {
        (this._limits, this._time, this._logger) = (limits, time, logger);
        _leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _idle = time.CreateTimer(_ => OnIdle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _uptime = time.CreateTimer(
            _ => Leave("it has lived as long as it is to"), null, limits.Uptime ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fires when the runner is to leave, for whatever reason.</summary>
    public CancellationToken Drain => _leaving.Token;

    /// <summary>How many more tasks may be claimed.</summary>
    public int Left
    {
        get
        {
            lock (_turn)
            {
                return _limits.Tasks is { } most ? Math.Max(0, most - _done - _held) : int.MaxValue;
            }
        }
    }

    /// <summary>From the first time on, being without a task counts.</summary>
    public void Enrolled()
    {
        lock (_turn)
        {
            if (_held == 0 && _idleSince is null)
            {
                Rest();
            }
        }
    }

    /// <summary>A task was claimed.</summary>
    public void Take()
    {
        lock (_turn)
        {
            _held++;
        }
    }

    /// <summary>It is over here; <paramref name="counts"/> when its program was started, or it has got its result without.</summary>
    public void Return(bool counts)
    {
        bool isEnough;
        lock (_turn)
        {
            _held--;
            _done += counts ? 1 : 0;
            isEnough = counts && _done == _limits.Tasks;
            if (_held == 0)
            {
                Rest();
            }
        }

        if (isEnough)
        {
            Leave("it has worked off as many tasks as it is to");
        }
    }

    // The token's source is left to the garbage collector: an execution that hung may return when all else is over.
    public void Dispose()
    {
        _idle.Dispose();
        _uptime.Dispose();
    }

    private void Rest()
    {
        _idleSince = _time.GetTimestamp();
        _idle.Change(_limits.Idle ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnIdle()
    {
        lock (_turn)
        {
            if (_held > 0 || _idleSince is not { } since || _limits.Idle is not { } longest)
            {
                return;
            }

            // A task may have come and gone while the timer was firing.
            if (longest - _time.GetElapsedTime(since) is var left && left > TimeSpan.Zero)
            {
                _idle.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Leave("it had no task for as long as it is to wait");
    }

    private void Leave(string reason)
    {
        if (!_leaving.IsCancellationRequested)
        {
            _logger.Retires(reason);
            _ = _leaving.CancelAsync();
        }
    }
}
