using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Runner.Sessions;

/// <summary>
/// Counts what a runner has done in all its sessions, and lets it leave when that is enough: as the first TERM does. A task that was
/// handed back before its program was started is as if it had never come.
/// </summary>
internal sealed class Retirement : IDisposable
{
    private readonly Lock turn = new();
    private readonly LifeLimits limits;
    private readonly TimeProvider time;
    private readonly ILogger<Retirement> logger;
    private readonly CancellationTokenSource leaving;
    private readonly ITimer uptime;
    private readonly ITimer idle;
    private long? idleSince;
    private int held;
    private int done;

    public Retirement(LifeLimits limits, TimeProvider time, ILogger<Retirement> logger, CancellationToken drain)
    {
        (this.limits, this.time, this.logger) = (limits, time, logger);
        leaving = CancellationTokenSource.CreateLinkedTokenSource(drain);
        idle = time.CreateTimer(_ => OnIdle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        uptime = time.CreateTimer(
            _ => Leave("it has lived as long as it is to"), null, limits.Uptime ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fires when the runner is to leave, for whatever reason.</summary>
    public CancellationToken Drain => leaving.Token;

    /// <summary>How many more tasks may be claimed.</summary>
    public int Left
    {
        get
        {
            lock (turn)
            {
                return limits.Tasks is { } most ? Math.Max(0, most - done - held) : int.MaxValue;
            }
        }
    }

    /// <summary>From the first time on, being without a task counts.</summary>
    public void Enrolled()
    {
        lock (turn)
        {
            if (held == 0 && idleSince is null)
            {
                Rest();
            }
        }
    }

    /// <summary>A task was claimed.</summary>
    public void Take()
    {
        lock (turn)
        {
            held++;
        }
    }

    /// <summary>It is over here; <paramref name="counts"/> when its program was started, or it has got its result without.</summary>
    public void Return(bool counts)
    {
        bool isEnough;
        lock (turn)
        {
            held--;
            done += counts ? 1 : 0;
            isEnough = counts && done == limits.Tasks;
            if (held == 0)
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
        idle.Dispose();
        uptime.Dispose();
    }

    private void Rest()
    {
        idleSince = time.GetTimestamp();
        idle.Change(limits.Idle ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnIdle()
    {
        lock (turn)
        {
            if (held > 0 || idleSince is not { } since || limits.Idle is not { } longest)
            {
                return;
            }

            // A task may have come and gone while the timer was firing.
            if (longest - time.GetElapsedTime(since) is var left && left > TimeSpan.Zero)
            {
                idle.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Leave("it had no task for as long as it is to wait");
    }

    private void Leave(string reason)
    {
        if (!leaving.IsCancellationRequested)
        {
            logger.Retires(reason);
            _ = leaving.CancelAsync();
        }
    }
}
