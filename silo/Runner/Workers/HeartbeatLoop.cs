using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Systemd;
using OrleansHybrid.Runner.Telemetry;

namespace OrleansHybrid.Runner.Workers;

/// <summary>
/// Renews all leases in one call: at once after a claim, soon after a start, and every third of the shortest lease.
/// Interrupts executions as the response demands. Throws when the session is lost.
/// </summary>
internal sealed class HeartbeatLoop(
    IControlPlaneClient controlPlane,
    SessionContext session,
    ActiveLeases leases,
    SystemdReporter systemd,
    RunnerMeter meter,
    TimeProvider time,
    Random random,
    ILogger<HeartbeatLoop> logger) : ISessionLoop
{
    private static readonly TimeSpan InitialLeaseDuration = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MinTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(10);

    // A lease shorter than any that a control plane grants would turn this loop into a busy one.
    private static readonly TimeSpan MinLeaseDuration = TimeSpan.FromMilliseconds(300);

    private readonly Backoff _backoff = new(random, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            systemd.Heartbeat();
            var changed = leases.Changed;
            var held = leases.Renewable;
            var due = held.Count == 0 ? TimeSpan.MaxValue : held.Min(lease => lease.TimeUntilRenewal);
            if (due > TimeSpan.Zero)
            {
                await AsyncWait.WaitAsync(changed, UntilNextTurn(due), time, cancellationToken);
            }
            else
            {
                await SendHeartbeatAsync(SelectDue(held), cancellationToken);
            }
        }
    }

    /// <summary>All leases, except where only starts are to be reported: many short tasks would renew each other all the time.</summary>
    private static IReadOnlyList<ActiveLease> SelectDue(IReadOnlyList<ActiveLease> held)
    {
        var starting = held.Where(lease => lease.IsAnnouncingStart).ToList();
        return starting.Count == 0 || held.Except(starting).Any(lease => lease.TimeUntilRenewal <= TimeSpan.Zero) ? held : starting;
    }

    private TimeSpan UntilNextTurn(TimeSpan due) =>
        due == TimeSpan.MaxValue || (systemd.HeartbeatInterval > TimeSpan.Zero && systemd.HeartbeatInterval < due) ? systemd.HeartbeatInterval : due;

    private async Task SendHeartbeatAsync(IReadOnlyList<ActiveLease> held, CancellationToken cancellationToken)
    {
        var third = held.Min(lease => lease.Duration == TimeSpan.Zero ? InitialLeaseDuration : lease.Duration) / 3;
        var timeout = TimeSpan.FromTicks(Math.Clamp(third.Ticks, MinTimeout.Ticks, MaxTimeout.Ticks));
        var beats = held.Select(lease => new HeartbeatEntry(lease, lease.Phase(), lease.Progress)).ToList();
        var request = new HeartbeatRequest { Leases = [.. beats.Select(beat => beat.Report)] };
        var sentAt = time.GetTimestamp();
        try
        {
            var answer = await controlPlane.HeartbeatAsync(session.Session.Credential, request, timeout, cancellationToken);
            foreach (var (beat, lease) in beats.Zip(answer.Leases))
            {
                Apply(beat, lease, sentAt);
            }

            Drain(answer.Drain);
            _backoff.Reset();
        }
        catch (ControlPlaneException ex) when (ex.Kind != ControlPlaneErrorKind.InvalidCredential)
        {
            // Whatever the control plane asks for: the leases do not wait longer than this.
            var pause = _backoff.NextDelay(ex.RetryAfter);
            meter.HeartbeatFailed();
            logger.HeartbeatFailed(held.Count, ex.Message);
            await systemd.DelayAsync(pause < third ? pause : third, cancellationToken);
        }
    }

    private void Apply(HeartbeatEntry entry, LeaseRenewal renewal, long sentAt)
    {
        var lease = entry.Lease;
        lease.ClearProgress(entry.Progress);
        switch (renewal.Status)
        {
            case "renewed":
                lease.Renew(sentAt, GrantedDuration(renewal), entry.Phase);
                break;
            case "stop":
                lease.Renew(sentAt, GrantedDuration(renewal), entry.Phase);
                lease.Stop(StopReason.Cancelled);
                break;
            case "lost":
                // A result that arrived a moment ago ends its lease, too.
                if (!lease.IsSettled)
                {
                    logger.LeaseLost(lease.Ref.TaskId, lease.Ref.Attempt);
                }

                lease.Stop(StopReason.Lost);
                break;
            default:
                throw new ControlPlaneException(
                    $"heartbeat: unknown lease status {LineSanitizer.Sanitize(renewal.Status, 20)}", ControlPlaneErrorKind.Transient);
        }
    }

    private void Drain(bool ordered)
    {
        if (ordered && !session.Drain.IsCancellationRequested)
        {
            logger.DrainOrdered();
            _ = session.Drain.CancelAsync();
        }
    }

    private static TimeSpan GrantedDuration(LeaseRenewal renewal)
    {
        var granted = TimeSpan.FromMilliseconds(renewal.LeaseMilliseconds);
        return granted > MinLeaseDuration ? granted : MinLeaseDuration;
    }

    /// <summary>A lease to renew, where its task stands, and the progress that goes up with it.</summary>
    private sealed record HeartbeatEntry(ActiveLease Lease, LeasePhase Phase, ProgressLine? Progress)
    {
        public LeaseReport Report { get; } = new()
        {
            Lease = Lease.Ref,
            Phase = Phase.ToWireName(),
            Digest = Lease.Digest,
            Percent = Progress?.Percent,
            Message = Progress?.Message is { Length: > 0 } message ? message : null,
        };
    }
}
