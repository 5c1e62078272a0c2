using System.Diagnostics;

namespace OrleansHybrid.Runner.Execution;

/// <summary>One program in its sandbox, from its start to the certainty that it has ended.</summary>
internal sealed class SandboxRun(ISandbox sandbox, ActiveLease lease, TimeSpan stopGrace, TimeProvider time)
{
    private const int MaxTimeoutSeconds = 30 * 24 * 3600;

    private static readonly TimeSpan RequeueGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(5);

    private long _startedAt;
    private bool _isStartAttempted;
    private bool _ended;

    public bool IsRunning { get; private set; }

    /// <summary>How long it ran; zero when it never did.</summary>
    public TimeSpan Duration { get; private set; }

    public async Task StartAsync(TaskLogWriter log)
    {
        // From here on something may be running, whatever the start itself says.
        _isStartAttempted = true;
        await sandbox.StartAsync(log, lease.Stopping);
        _startedAt = time.GetTimestamp();
        IsRunning = true;
    }

    /// <summary>Waits for its end, or for its time to be over; throws when the lease is interrupted.</summary>
    public async Task<ExecutionOutcome> WaitAsync(int timeoutSeconds)
    {
        var longest = TimeSpan.FromSeconds(Math.Clamp(timeoutSeconds, 1, MaxTimeoutSeconds));
        using var overdue = new CancellationTokenSource(longest, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, lease.Stopping);
        var watching = WatchProgressAsync(ending.Token);
        try
        {
            var exit = await sandbox.WaitAsync(ending.Token);
            _ended = true;
            return ExecutionOutcome.From(exit);
        }
        catch (OperationCanceledException) when (!lease.Stopping.IsCancellationRequested)
        {
            return ExecutionOutcome.TimedOut;
        }
        finally
        {
            Duration = time.GetElapsedTime(_startedAt);
            await ending.CancelAsync();
            await watching;
        }
    }

    /// <summary>Stops what still runs: with a grace period, unless the lease is lost.</summary>
    public async Task EnsureStoppedAsync()
    {
        if (!_isStartAttempted || _ended)
        {
            return;
        }

        var stopping = sandbox.StopAsync(Grace);
        await Task.WhenAny(stopping, Task.Delay(Timeout.InfiniteTimeSpan, lease.Lost));
        if (!stopping.IsCompleted)
        {
            await sandbox.StopAsync(lease.LostGrace);
        }

        await stopping;
        if (IsRunning)
        {
            await DrainOutputAsync();
            Duration = time.GetElapsedTime(_startedAt);
        }
    }

    /// <summary>The program's last progress if it was not reported; called when it has ended.</summary>
    public async Task<ProgressLine?> ReadFinalProgressAsync()
    {
        if (!IsRunning)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(OutputTimeout, time);
        try
        {
            var lines = await sandbox.ReadProgressAsync(patience.Token, last: true).WaitAsync(patience.Token);
            return ProgressLine.FindNewest(lines) ?? lease.Progress;
        }
        catch (Exception ex) when (ex is SandboxException or OperationCanceledException)
        {
            return lease.Progress;
        }
    }

    private TimeSpan Grace => lease.StopReason switch
    {
        StopReason.Lost => lease.LostGrace,
        StopReason.Requeue => RequeueGrace < stopGrace ? RequeueGrace : stopGrace,
        StopReason.None or StopReason.Cancelled => stopGrace,
        _ => throw new UnreachableException($"interruption {lease.StopReason}"),
    };

    private async Task DrainOutputAsync()
    {
        using var patience = new CancellationTokenSource(OutputTimeout, time);
        try
        {
            await sandbox.WaitAsync(patience.Token);
        }
        catch (Exception ex) when (ex is SandboxException or OperationCanceledException)
        {
            // How it ended is known already; only the end of its log is missing.
        }
    }

    private async Task WatchProgressAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var changedAt = _startedAt; ;)
            {
                var rarest = lease.Duration / 6;
                await Task.Delay(sandbox.GetProgressPollDelay(time.GetElapsedTime(changedAt)) is { } next && next < rarest ? next : rarest, time, cancellationToken);
                if (ProgressLine.FindNewest(await sandbox.ReadProgressAsync(cancellationToken)) is { } said)
                {
                    changedAt = time.GetTimestamp();
                    lease.ReportProgress(said);
                }
            }
        }
        catch (Exception ex) when (ex is SandboxException or OperationCanceledException)
        {
            // Progress is optional: a failing sandbox shows in the wait, which handles it.
        }
    }
}
