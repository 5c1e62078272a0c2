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
    public async Task<Entry> EnterAsync(CancellationToken cancel)
    {
        await PrepareAsync(() => sandboxes.ReadyAsync(cancel), cancel);
        var previous = file.Read();
        if (previous is not null)
        {
            await PrepareAsync(() => sandboxes.SweepAsync(previous.SessionId, cancel), cancel);
        }

        var answer = await EnrolAsync(previous, cancel);
        Remember(new PreviousSession { SessionId = answer.SessionId, Credential = answer.Credential });
        logger.Enrolled(answer.SessionId, options.ClusterId, options.Slots, sandboxes.Description, answer.Leases.Count);
        service.Ready($"session {answer.SessionId} of cluster {options.ClusterId}: {options.Slots} slots, {sandboxes.Description}");
        var poll = TimeSpan.FromSeconds(answer.PollSeconds);
        return new Entry(new Session(answer.SessionId, answer.Credential, poll), answer.Leases);
    }

    private async Task PrepareAsync(Func<Task> step, CancellationToken cancel)
    {
        var backoff = Backoff.ForCalls(chance);
        while (true)
        {
            try
            {
                await step();
                return;
            }
            catch (SandboxException e)
            {
                logger.NotReady(e.Message);
                if (!e.Passing)
                {
                    return;
                }

                service.Says($"not ready for tasks: {e.Message}");
                await service.WaitAsync(backoff.Failed(), time, cancel);
            }
        }
    }

    private void Remember(PreviousSession session)
    {
        try
        {
            file.Write(session);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.SessionNotKept(e.Message);
        }
    }

    private async Task<EnrolAnswer> EnrolAsync(PreviousSession? previous, CancellationToken cancel)
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
                return await link.EnrolAsync(options.ClusterToken, request, cancel);
            }
            catch (ControlPlaneException e) when (e.Trouble == LinkTrouble.Passing)
            {
                var pause = backoff.Failed(e.RetryAfter);
                logger.EnrolFailed(e.Message, pause.TotalSeconds);
                service.Says($"not enrolled yet: {e.Message}");
                await service.WaitAsync(pause, time, cancel);
            }
        }
    }
}
