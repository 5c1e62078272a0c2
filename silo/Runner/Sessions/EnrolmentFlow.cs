using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Systemd;

namespace OrleansHybrid.Runner.Sessions;

/// <summary>A new session, and the leases that it takes over from the runner's last one.</summary>
internal sealed record RegisteredSession(RunnerSession Session, IReadOnlyList<LeaseRef> Leases);

/// <summary>
/// Enrols, with retries until it succeeds. First it stops what an earlier run left running on this host, which must be
/// gone before its leases can be released.
/// </summary>
internal sealed class EnrolmentFlow(
    RunnerOptions options,
    IControlPlaneClient controlPlane,
    ISandboxFactory sandboxFactory,
    SessionFile file,
    Random random,
    SystemdReporter systemd,
    ILogger<EnrolmentFlow> logger)
{
    public async Task<RegisteredSession> RunAsync(CancellationToken cancellationToken)
    {
        await RetryUntilReadyAsync(() => sandboxFactory.EnsureReadyAsync(cancellationToken), cancellationToken);
        var previous = file.Read();
        if (previous is not null)
        {
            await RetryUntilReadyAsync(() => sandboxFactory.RemoveOrphansAsync(previous.SessionId, cancellationToken), cancellationToken);
        }

        var answer = await EnrolAsync(previous, cancellationToken);
        SaveSession(new PreviousSession { SessionId = answer.SessionId, Credential = answer.Credential });
        logger.Enrolled(answer.SessionId, options.ClusterId, options.Slots, sandboxFactory.Description, answer.Leases.Length);
        systemd.NotifyReady($"session {answer.SessionId} of cluster {options.ClusterId}: {options.Slots} slots, {sandboxFactory.Description}");
        var poll = TimeSpan.FromSeconds(answer.PollSeconds);
        return new RegisteredSession(new RunnerSession(answer.SessionId, answer.Credential, poll), answer.Leases);
    }

    private async Task RetryUntilReadyAsync(Func<Task> step, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForCalls(random);
        while (true)
        {
            try
            {
                await step();
                return;
            }
            catch (SandboxException ex)
            {
                logger.NotReady(ex.Message);
                if (!ex.IsTransient)
                {
                    return;
                }

                systemd.SetStatus($"not ready for tasks: {ex.Message}");
                await systemd.DelayAsync(backoff.NextDelay(), cancellationToken);
            }
        }
    }

    private void SaveSession(PreviousSession session)
    {
        try
        {
            file.Write(session);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            logger.SessionNotSaved(ex.Message);
        }
    }

    private async Task<EnrolResponse> EnrolAsync(PreviousSession? previous, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForCalls(random);
        var request = new EnrolRequest
        {
            ClusterId = options.ClusterId,
            Name = options.Name,
            Version = ProductInfo.Version,
            Slots = options.Slots,
            Executor = sandboxFactory.Description,
            KeyIds = [.. options.SealPolicy?.Keys.Ids ?? []],
            Labels = [.. options.Labels],
            Previous = previous,
        };
        while (true)
        {
            try
            {
                return await controlPlane.EnrolAsync(options.ClusterToken, request, cancellationToken);
            }
            catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.Transient)
            {
                var pause = backoff.NextDelay(ex.RetryAfter);
                logger.EnrolFailed(ex.Message, pause.TotalSeconds);
                systemd.SetStatus($"not enrolled yet: {ex.Message}");
                await systemd.DelayAsync(pause, cancellationToken);
            }
        }
    }
}
