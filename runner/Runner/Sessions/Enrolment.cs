using Microsoft.Extensions.Logging;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Link;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Supervision;

namespace OrleansHybrid.Runner.Sessions;

/// <summary>A new session, and the leases that it takes over from the runner's last one.</summary>
internal sealed record Entry(Session Session, IReadOnlyList<LeaseRef> Leases);

/// <summary>
/// Gets a session, however long it takes. First it ends what an earlier life left running on this host: what it ran must be
/// gone before its leases can be handed back.
/// </summary>
internal sealed class Enrolment(
    RunnerOptions options,
    IControlPlane link,
    ISandboxes sandboxes,
    SessionFile file,
    TimeProvider time,
    Random chance,
    ServiceManager service,
    ILogger<Enrolment> logger)
{
    public async Task<Entry> EnterAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(() => sandboxes.ReadyAsync(cancellationToken), cancellationToken);
        var previous = file.Read();
        if (previous is not null)
        {
            await PrepareAsync(() => sandboxes.SweepAsync(previous.SessionId, cancellationToken), cancellationToken);
        }

        var answer = await EnrolAsync(previous, cancellationToken);
        Remember(new PreviousSession { SessionId = answer.SessionId, Credential = answer.Credential });
        logger.Enrolled(answer.SessionId, options.ClusterId, options.Slots, sandboxes.Description, answer.Leases.Count);
        service.Ready($"session {answer.SessionId} of cluster {options.ClusterId}: {options.Slots} slots, {sandboxes.Description}");
        var poll = TimeSpan.FromSeconds(answer.PollSeconds);
        return new Entry(new Session(answer.SessionId, answer.Credential, poll), answer.Leases);
    }

    private async Task PrepareAsync(Func<Task> step, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForCalls(chance);
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
                if (!ex.Passing)
                {
                    return;
                }

                service.Says($"not ready for tasks: {ex.Message}");
                await service.WaitAsync(backoff.Failed(), time, cancellationToken);
            }
        }
    }

    private void Remember(PreviousSession session)
    {
        try
        {
            file.Write(session);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            logger.SessionNotKept(ex.Message);
        }
    }

    private async Task<EnrolAnswer> EnrolAsync(PreviousSession? previous, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForCalls(chance);
        var request = new EnrolRequest
        {
            ClusterId = options.ClusterId,
            Name = options.Name,
            Version = Product.Version,
            Slots = options.Slots,
            Executor = sandboxes.Description,
            KeyIds = options.Seals?.Keys.Ids ?? [],
            Labels = options.Labels,
            Previous = previous,
        };
        while (true)
        {
            try
            {
                return await link.EnrolAsync(options.ClusterToken, request, cancellationToken);
            }
            catch (ControlPlaneException ex) when (ex.Trouble == LinkTrouble.Passing)
            {
                var pause = backoff.Failed(ex.RetryAfter);
                logger.EnrolFailed(ex.Message, pause.TotalSeconds);
                service.Says($"not enrolled yet: {ex.Message}");
                await service.WaitAsync(pause, time, cancellationToken);
            }
        }
    }
}
