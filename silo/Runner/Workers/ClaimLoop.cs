using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Workers;

/// <summary>
/// Claims tasks whenever slots are free, and otherwise polls for commands only, in turns of the session's agent. Throws when the session
/// is lost.
/// </summary>
internal sealed class ClaimLoop(
    IControlPlaneClient controlPlane,
    SessionContext session,
    SlotPool slots,
    ActiveLeases leases,
    IGrainFactory grains,
    TimeProvider time,
    Random random,
    ILogger<ClaimLoop> logger)
{
    // Tasks are often over sooner than a poll for commands is worth its request.
    private static readonly TimeSpan ListenDelay = TimeSpan.FromSeconds(1);

    private readonly Backoff _backoff = Backoff.ForCalls(random);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = slots.Changed;
            var room = slots.GetClaimSize();
            var wanted = session.Drain.IsCancellationRequested ? 0 : room;
            var sentAt = time.GetTimestamp();
            var answer = wanted > 0 ? await ClaimAsync(wanted, cancellationToken) : await ListenAsync(changed, cancellationToken);
            if (answer is null)
            {
                continue;
            }

            Accept(answer, wanted);
            if (answer.Drain && !session.Drain.IsCancellationRequested)
            {
                logger.DrainOrdered();
                await session.Drain.CancelAsync();
            }

            if (answer.Tasks.Length == 0)
            {
                await PaceAsync(time.GetElapsedTime(sentAt), slots.Changed, cancellationToken);
            }
        }
    }

    /// <summary>Repeats one claim under one key until it is answered; null when nothing is wanted any more.</summary>
    private async Task<ClaimResponse?> ClaimAsync(int wanted, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Drain.Token, slots.ClaimCancellation);
        var claim = NewClaim(wanted);
        try
        {
            while (true)
            {
                if (await PollAsync(claim, stop.Token) is { } answer)
                {
                    return answer;
                }

                claim = claim with { Repeated = true };
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Listens for commands until there may be room for work again; null when there may be.</summary>
    private async Task<ClaimResponse?> ListenAsync(Task changed, CancellationToken cancellationToken)
    {
        if (await AsyncWait.WaitAsync(changed, ListenDelay, time, cancellationToken))
        {
            return null;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asking = PollAsync(NewClaim(wanted: 0), stop.Token);
        await Task.WhenAny(asking, changed);
        await stop.CancelAsync();
        try
        {
            return await asking;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>One poll; null after a transient failure and a pause.</summary>
    private async Task<ClaimResponse?> PollAsync(ClaimRequest claim, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await controlPlane.ClaimAsync(session.Session.Credential, claim, session.Session.PollTimeout, cancellationToken);
            _backoff.Reset();
            return answer;
        }
        catch (ControlPlaneException ex) when (ex.Kind != ControlPlaneErrorKind.InvalidCredential)
        {
            var pause = _backoff.NextDelay(ex.RetryAfter);
            logger.ClaimFailed(ex.Message, pause.TotalSeconds);
            await Task.Delay(pause, time, cancellationToken);
            return null;
        }
    }

    private void Accept(ClaimResponse response, int wanted)
    {
        // There is no slot for more than was asked for; the rest is not renewed and expires before it could start.
        foreach (var assignment in response.Tasks.Take(wanted))
        {
            if (leases.TryAdd(assignment.Lease))
            {
                slots.Acquire();
                Execute(assignment);
            }
        }

        foreach (var stop in response.Stop)
        {
            leases.Find(stop)?.Stop(StopReason.Cancelled);
        }
    }

    // By session, so that a task that is claimed again never meets the activation that a lost session left behind; by task, so that two
    // attempts under one session wait for each other.
    private void Execute(TaskAssignment assignment) =>
        _ = grains.GetGrain<IExecutorGrain>($"{session.Session.Id}/{assignment.Lease.TaskId}").Execute(assignment);

    // A control plane that does not hold polls, or repeats its commands, must not be asked without a breath in between.
    private async Task PaceAsync(TimeSpan taken, Task changed, CancellationToken cancellationToken)
    {
        var pause = ListenDelay - taken;
        if (pause > TimeSpan.Zero)
        {
            await AsyncWait.WaitAsync(changed, pause, time, cancellationToken);
        }
    }

    private static ClaimRequest NewClaim(int wanted) => new()
    {
        ClaimKey = RandomNumberGenerator.GetHexString(32, lowercase: true),
        Wanted = wanted,
    };
}
