using System.Diagnostics;

namespace OrleansHybrid.Runner.Execution;

/// <summary>One program in its sandbox, from its start to the certainty that it has ended.</summary>
internal sealed class ProgramRun(ISandbox sandbox, HeldLease lease, TimeSpan stopGrace, TimeProvider time)
{
    private const int LongestSeconds = 30 * 24 * 3600;

    private static readonly TimeSpan HandBackGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OutputTime = TimeSpan.FromSeconds(5);

    private long _startedAt;
    private bool _tried;
    private bool _ended;

    public bool IsRunning { get; private set; }

    /// <summary>How long it ran; zero when it never did.</summary>
    public TimeSpan Ran { get; private set; }

    public async Task StartAsync(LogSink log)
    {
        // From here on something may be running, whatever the start itself says.
        _tried = true;
        await sandbox.StartAsync(log, lease.Interrupted);
        _startedAt = time.GetTimestamp();
        IsRunning = true;
    }

    /// <summary>Waits for its end, or for its time to be over; throws when the lease is interrupted.</summary>
    public async Task<ExecutionOutcome> WaitAsync(int timeoutSeconds)
    {
        var longest = TimeSpan.FromSeconds(Math.Clamp(timeoutSeconds, 1, LongestSeconds));
        using var overdue = new CancellationTokenSource(longest, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, lease.Interrupted);
        var watching = WatchProgressAsync(ending.Token);
        try
        {
            var exit = await sandbox.WaitAsync(ending.Token);
            _ended = true;
            return ExecutionOutcome.Of(exit);
        }
        catch (OperationCanceledException) when (!lease.Interrupted.IsCancellationRequested)
        {
            return ExecutionOutcome.TimedOut;
        }
        finally
        {
            Ran = time.GetElapsedTime(_startedAt);
            await ending.CancelAsync();
            await watching;
        }
    }

    /// <summary>Ends what still runs: with patience, unless the lease is lost meanwhile.</summary>
    public async Task EndAsync()
    {
        if (!_tried || _ended)
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
            await TakeLastOutputAsync();
            Ran = time.GetElapsedTime(_startedAt);
        }
    }

    /// <summary>What the program has said last of its progress and nobody was told; called when it has ended.</summary>
    public async Task<ProgressLine?> LastProgressAsync()
    {
        if (!IsRunning)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(OutputTime, time);
        try
        {
            var lines = await sandbox.ReadProgressAsync(patience.Token, last: true).WaitAsync(patience.Token);
            return ProgressLine.NewestIn(lines) ?? lease.Progress;
        }
        catch (Exception ex) when (ex is SandboxException or OperationCanceledException)
        {
            return lease.Progress;
        }
    }

    private TimeSpan Grace => lease.Interruption switch
    {
        Interruption.Lost => lease.LostGrace,
        Interruption.HandBack => HandBackGrace < stopGrace ? HandBackGrace : stopGrace,
        Interruption.None or Interruption.Cancelled => stopGrace,
        _ => throw new UnreachableException($"interruption {lease.Interruption}"),
    };

    private async Task TakeLastOutputAsync()
    {
        using var patience = new CancellationTokenSource(OutputTime, time);
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
            for (var newsAt = _startedAt; ;)
            {
                var rarest = lease.Duration / 6;
                await Task.Delay(sandbox.NextLook(time.GetElapsedTime(newsAt)) is { } next && next < rarest ? next : rarest, time, cancellationToken);
                if (ProgressLine.NewestIn(await sandbox.ReadProgressAsync(cancellationToken)) is { } said)
                {
                    newsAt = time.GetTimestamp();
                    lease.Tell(said);
                }
            }
        }
        catch (Exception ex) when (ex is SandboxException or OperationCanceledException)
        {
            // Progress is a courtesy: a sandbox in trouble shows it to the wait, which knows what to do.
        }
    }
}
