using Microsoft.Extensions.Logging;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Link;
using OrleansHybrid.Runner.Metrics;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Supervision;

namespace OrleansHybrid.Runner.Loops;

/// <summary>
/// Renews all leases in one call: at once after a claim, soon after a start, and every third of the shortest lease.
/// Brings back what interrupts an execution. Ends with an exception when the session is gone.
/// </summary>
internal sealed class HeartbeatLoop(
    IControlPlane link,
    Session session,
    Leases leases,
    CancellationTokenSource drain,
    ServiceManager service,
    RunnerMeter meter,
    TimeProvider time,
    Random chance,
    ILogger<HeartbeatLoop> logger)
{
    private static readonly TimeSpan FirstLease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(10);

    // A lease shorter than any that a control plane grants would turn this loop into a busy one.
    private static readonly TimeSpan ShortestLease = TimeSpan.FromMilliseconds(300);

    private readonly Backoff _backoff = new(chance, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            service.Alive();
            var changed = leases.Changed;
            var held = leases.Renewable;
            var due = held.Count == 0 ? TimeSpan.MaxValue : held.Min(lease => lease.UntilRenewal);
            if (due > TimeSpan.Zero)
            {
                await Waiting.ForAsync(changed, UntilNextTurn(due), time, cancellationToken);
            }
            else
            {
                await BeatAsync(DueIn(held), cancellationToken);
            }
        }
    }

    /// <summary>All of them, but where nothing is due except starts to be told: many short tasks would renew each other all the time.</summary>
    private static IReadOnlyList<HeldLease> DueIn(IReadOnlyList<HeldLease> held)
    {
        var starting = held.Where(lease => lease.IsAnnouncing).ToList();
        return starting.Count == 0 || held.Except(starting).Any(lease => lease.UntilRenewal <= TimeSpan.Zero) ? held : starting;
    }

    private TimeSpan UntilNextTurn(TimeSpan due) =>
        due == TimeSpan.MaxValue || (service.Rest > TimeSpan.Zero && service.Rest < due) ? service.Rest : due;

    private async Task BeatAsync(IReadOnlyList<HeldLease> held, CancellationToken cancellationToken)
    {
        var third = held.Min(lease => lease.Duration == TimeSpan.Zero ? FirstLease : lease.Duration) / 3;
        var timeout = TimeSpan.FromTicks(Math.Clamp(third.Ticks, ShortestTimeout.Ticks, LongestTimeout.Ticks));
        var beats = held.Select(lease => new Beat(lease, lease.Phase(), lease.Progress)).ToList();
        var request = new HeartbeatRequest { Leases = [.. beats.Select(beat => beat.Report)] };
        var sentAt = time.GetTimestamp();
        try
        {
            var answer = await link.HeartbeatAsync(session.Credential, request, timeout, cancellationToken);
            foreach (var (beat, lease) in beats.Zip(answer.Leases))
            {
                Take(beat, lease, sentAt);
            }

            Drain(answer.Drain);
            _backoff.Succeeded();
        }
        catch (ControlPlaneException ex) when (ex.Trouble != LinkTrouble.CredentialDead)
        {
            // Whatever the control plane asks for: the leases do not wait longer than this.
            var pause = _backoff.Failed(ex.RetryAfter);
            meter.NotRenewed();
            logger.HeartbeatFailed(held.Count, ex.Message);
            await service.WaitAsync(pause < third ? pause : third, time, cancellationToken);
        }
    }

    private void Take(Beat beat, LeaseAnswer answer, long sentAt)
    {
        var lease = beat.Lease;
        lease.ForgetProgress(beat.Progress);
        switch (answer.Status)
        {
            case "renewed":
                lease.Renew(sentAt, Granted(answer), beat.Phase);
                break;
            case "stop":
                lease.Renew(sentAt, Granted(answer), beat.Phase);
                lease.Interrupt(Interruption.Cancelled);
                break;
            case "lost":
                // A result that arrived a moment ago ends its lease, too.
                if (!lease.IsSettled)
                {
                    logger.LeaseLost(lease.Ref.TaskId, lease.Ref.Attempt);
                }

                lease.Interrupt(Interruption.Lost);
                break;
            default:
                throw new ControlPlaneException(
                    $"heartbeat: unknown lease status {PlainText.Of(answer.Status, 20)}", LinkTrouble.Passing);
        }
    }

    private void Drain(bool ordered)
    {
        if (ordered && !drain.IsCancellationRequested)
        {
            logger.DrainOrdered();
            _ = drain.CancelAsync();
        }
    }

    private static TimeSpan Granted(LeaseAnswer answer)
    {
        var granted = TimeSpan.FromMilliseconds(answer.LeaseMilliseconds);
        return granted > ShortestLease ? granted : ShortestLease;
    }

    /// <summary>A lease to renew, where its task stands, and the progress that goes up with it.</summary>
    private sealed record Beat(HeldLease Lease, LeasePhase Phase, ProgressLine? Progress)
    {
        public LeaseReport Report { get; } = new()
        {
            Lease = Lease.Ref,
            Phase = Phase.OnTheWire(),
            Digest = Lease.Digest,
            Percent = Progress?.Percent,
            Message = Progress?.Message is { Length: > 0 } message ? message : null,
        };
    }
}
