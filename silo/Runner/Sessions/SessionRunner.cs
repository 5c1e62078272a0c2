using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Systemd;

namespace OrleansHybrid.Runner.Sessions;

/// <summary>How a session ended.</summary>
internal enum SessionExitReason
{
    /// <summary>In order: all is reported or released, and the control plane has closed the session.</summary>
    Closed,

    /// <summary>In order, but with results or leases that the runner's next run must report or release.</summary>
    ClosedWithPending,

    /// <summary>The control plane no longer knows it.</summary>
    Lost,

    /// <summary>As a crash would.</summary>
    Killed,

    /// <summary>By a fault of the runner itself.</summary>
    Faulted,
}

/// <summary>One session after its enrolment: starts the loops, waits for what ends it, and clears up.</summary>
internal sealed class SessionRunner(
    SessionContext session,
    ExecutionServices services,
    IEnumerable<ISessionLoop> loops,
    SystemdReporter systemd,
    RunnerHealth health,
    TimeProvider time,
    ILogger<SessionRunner> logger)
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReportTimeout = TimeSpan.FromSeconds(5);

    public async Task<SessionExitReason> RunAsync(IReadOnlyList<LeaseRef> inherited, RunnerSignals signals)
    {
        using var end = new CancellationTokenSource();
        await ResumeLeasesAsync(inherited);
        health.SetCapacity(services.Slots);
        Task[] running = [.. loops.Select(loop => loop.RunAsync(end.Token))];
        Task[] causes =
        [
            .. running, WaitUntilDrainedAsync(end.Token), AsyncWait.WaitForCancellationAsync(signals.Requeue, end.Token),
            AsyncWait.WaitForCancellationAsync(signals.Kill, end.Token),
        ];
        await Task.WhenAny(causes);
        var how = await StopAsync(DetermineExitReason(running, signals), signals.Kill);
        health.SetCapacity(null);
        await end.CancelAsync();
        await Task.WhenAll(causes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return how is SessionExitReason.Closed ? await CloseAsync() : how;
    }

    /// <summary>
    /// Leases of an earlier run: those whose result waits in the spool are kept until it is reported, and the others are
    /// released, since their programs have ended.
    /// </summary>
    private async Task ResumeLeasesAsync(IReadOnlyList<LeaseRef> inherited)
    {
        services.Results.LoadSpooled();
        var finished = services.Results.Unreported.Select(result => result.Lease).ToHashSet();
        foreach (var lease in inherited.Where(finished.Contains))
        {
            services.Leases.TryAdd(lease);
            services.Leases.Find(lease)?.MarkSettled();
        }

        LeaseRef[] unfinished = [.. inherited.Where(lease => !finished.Contains(lease))];
        if (unfinished.Length > 0)
        {
            await services.LeaseReleaser.TryReleaseAsync(unfinished, leaving: false);
        }
    }

    private async Task WaitUntilDrainedAsync(CancellationToken end)
    {
        await AsyncWait.WaitForCancellationAsync(session.Drain.Token, end);
        var leases = services.Leases.All.Count;
        systemd.NotifyStopping($"claims no more; {leases} leases are still to be worked off");
        logger.Draining(leases);
        await services.Slots.WaitForIdleAsync(end);
        await services.Results.WaitUntilEmptyAsync(end);
    }

    private SessionExitReason DetermineExitReason(Task[] ended, RunnerSignals signals)
    {
        if (signals.Kill.IsCancellationRequested)
        {
            return SessionExitReason.Killed;
        }

        if (ended.FirstOrDefault(loop => loop.IsFaulted)?.Exception?.InnerException is not { } fault)
        {
            return SessionExitReason.Closed;
        }

        if (fault is ControlPlaneException { Kind: ControlPlaneErrorKind.InvalidCredential })
        {
            logger.SessionLost(fault.Message);
            return SessionExitReason.Lost;
        }

        logger.LoopFailed(fault);
        return SessionExitReason.Faulted;
    }

    /// <summary>Ends what runs, if anything does, and waits for it, but not for ever.</summary>
    private async Task<SessionExitReason> StopAsync(SessionExitReason how, CancellationToken cancellationToken)
    {
        await session.Drain.CancelAsync();
        using var patience = new CancellationTokenSource(StopTimeout, time);
        if (how == SessionExitReason.Closed)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            services.Leases.StopAll(StopReason.Requeue);
            await services.Slots.WaitForIdleAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            how = cancellationToken.IsCancellationRequested ? SessionExitReason.Killed : how;
        }

        if (how != SessionExitReason.Closed)
        {
            services.Leases.StopAll(StopReason.Lost);
            await services.Slots.WaitForIdleAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return how;
        }

        using var report = new CancellationTokenSource(ReportTimeout, time);
        await services.Results.WaitUntilEmptyAsync(report.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return how;
    }

    /// <summary>Releases all leases and closes the session, unless something is left for the next run.</summary>
    private async Task<SessionExitReason> CloseAsync()
    {
        var unreported = services.Results.Unreported.Select(result => result.Lease).ToHashSet();
        var ended = services.Leases.All.Where(lease => lease.IsSettled).Select(lease => lease.Ref).Except(unreported).ToList();
        var closing = unreported.Count == 0 && ended.Count == services.Leases.All.Count;
        var released = await services.LeaseReleaser.TryReleaseAsync(ended, leaving: closing);
        return closing && released ? SessionExitReason.Closed : SessionExitReason.ClosedWithPending;
    }
}
