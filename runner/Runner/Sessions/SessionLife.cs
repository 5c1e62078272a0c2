using Microsoft.Extensions.Logging;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Link;

namespace OrleansHybrid.Runner.Sessions;

/// <summary>How a session ended.</summary>
internal enum SessionEnd
{
    /// <summary>In order: all is reported or handed back, and the control plane has closed it.</summary>
    Left,

    /// <summary>In order, but with results or leases that the runner's next life must care for.</summary>
    LeftOpen,

    /// <summary>The control plane no longer knows it.</summary>
    Gone,

    /// <summary>As a crash would.</summary>
    Killed,

    /// <summary>By a fault of the runner itself.</summary>
    Failed,
}

/// <summary>One session after its enrolment: starts the loops, waits for what ends it, and clears up.</summary>
internal sealed class SessionLife(SessionParts parts, TimeProvider time, ILogger<SessionLife> logger)
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReportTime = TimeSpan.FromSeconds(5);

    public async Task<SessionEnd> RunAsync(IReadOnlyList<LeaseRef> inherited, RunnerSignals signals)
    {
        using var end = new CancellationTokenSource();
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(signals.Drain);
        using var executors = parts.OpenExecutors();
        await InheritAsync(inherited);
        parts.Service.Vitals.Serves(parts.Capacity);
        Task[] loops =
        [
            parts.Disks.RunAsync(end.Token),
            parts.Claims(executors.Execute, drain).RunAsync(end.Token),
            parts.Heartbeats(drain).RunAsync(end.Token),
            parts.Logs.RunAsync(end.Token),
            parts.Results.RunAsync(end.Token),
        ];
        Task[] causes =
        [
            .. loops, DrainedAsync(drain.Token, end.Token), Until(signals.HandBack, end.Token), Until(signals.Kill, end.Token),
        ];
        await Task.WhenAny(causes);
        var how = await StopAsync(Judge(loops, signals), drain, signals.Kill);
        parts.Service.Vitals.Serves(null);
        await end.CancelAsync();
        await Task.WhenAll(causes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return how is SessionEnd.Left ? await LeaveAsync() : how;
    }

    /// <summary>
    /// What an earlier life left: leases whose result waits in the spool are kept until it is reported, and the others are
    /// handed back, since their programs are gone.
    /// </summary>
    private async Task InheritAsync(IReadOnlyList<LeaseRef> inherited)
    {
        parts.Results.Resume();
        var finished = parts.Results.Unreported.Select(result => result.Lease).ToHashSet();
        foreach (var lease in inherited.Where(finished.Contains))
        {
            parts.Leases.TryAdd(lease);
            parts.Leases.Find(lease)?.Settle();
        }

        LeaseRef[] unfinished = [.. inherited.Where(lease => !finished.Contains(lease))];
        if (unfinished.Length > 0)
        {
            await parts.Releases.TryAsync(unfinished, leaving: false);
        }
    }

    private async Task DrainedAsync(CancellationToken drain, CancellationToken end)
    {
        await Until(drain, end);
        var leases = parts.Leases.All.Count;
        parts.Service.Stopping($"claims no more; {leases} leases are still to be worked off");
        logger.Drains(leases);
        await parts.Capacity.IdleAsync(end);
        await parts.Results.EmptyAsync(end);
    }

    private SessionEnd Judge(Task[] loops, RunnerSignals signals)
    {
        if (signals.Kill.IsCancellationRequested)
        {
            return SessionEnd.Killed;
        }

        if (loops.FirstOrDefault(loop => loop.IsFaulted)?.Exception?.InnerException is not { } fault)
        {
            return SessionEnd.Left;
        }

        if (fault is ControlPlaneException { Trouble: LinkTrouble.CredentialDead })
        {
            logger.SessionGone(fault.Message);
            return SessionEnd.Gone;
        }

        logger.LoopFailed(fault);
        return SessionEnd.Failed;
    }

    /// <summary>Ends what runs, if anything does, and waits for it, but not for ever.</summary>
    private async Task<SessionEnd> StopAsync(SessionEnd how, CancellationTokenSource drain, CancellationToken cancellationToken)
    {
        await drain.CancelAsync();
        using var patience = new CancellationTokenSource(StopTime, time);
        if (how == SessionEnd.Left)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            parts.Leases.InterruptAll(Interruption.HandBack);
            await parts.Capacity.IdleAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            how = cancellationToken.IsCancellationRequested ? SessionEnd.Killed : how;
        }

        if (how != SessionEnd.Left)
        {
            parts.Leases.InterruptAll(Interruption.Lost);
            await parts.Capacity.IdleAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return how;
        }

        using var report = new CancellationTokenSource(ReportTime, time);
        await parts.Results.EmptyAsync(report.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return how;
    }

    /// <summary>Closes the session with all that can be handed back, unless something is left for the next life.</summary>
    private async Task<SessionEnd> LeaveAsync()
    {
        var unreported = parts.Results.Unreported.Select(result => result.Lease).ToHashSet();
        var ended = parts.Leases.All.Where(lease => lease.IsSettled).Select(lease => lease.Ref).Except(unreported).ToList();
        var closing = unreported.Count == 0 && ended.Count == parts.Leases.All.Count;
        var released = await parts.Releases.TryAsync(ended, leaving: closing);
        return closing && released ? SessionEnd.Left : SessionEnd.LeftOpen;
    }

    private static Task Until(CancellationToken signal, CancellationToken end)
    {
        return Waiting.UntilAsync(signal, end);
    }
}
