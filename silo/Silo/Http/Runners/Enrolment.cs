using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Runners;

/// <summary>
/// Makes a session for a runner that knows its cluster's token, and hands it what its last life still held.
/// </summary>
internal sealed class Enrolment(
    IClusterStore clusters, IRunnerStore runners, IGrainFactory grains, Lookups lookups, Ids ids, TimeProvider time,
    EnrolmentLimiter limiter, ControlPlaneOptions options)
{
    private const int MostSlots = 1000;

    /// <summary>The new session; null when the token is not that of the cluster.</summary>
    public async Task<EnrolAnswer?> EnrolAsync(EnrolRequest request, string token, CancellationToken cancellationToken)
    {
        if (request.Slots is < 1 or > MostSlots)
        {
            throw new RefusedException($"slots must be from 1 to {MostSlots}");
        }

        var known = await clusters.FindTokenAsync(ClusterTokenMint.Hash(token), cancellationToken);
        if (known is null || known.ClusterId != request.ClusterId)
        {
            return null;
        }

        limiter.Take(known.Id);
        var previous = await PreviousAsync(request, cancellationToken);
        var credential = Secret.New();
        var session = Session(request, known, credential) with { Paused = previous is { Paused: true } };
        var handsOver = previous is { Phase: not RunnerPhase.Ended };
        if (await runners.EnrolAsync(session, handsOver ? previous!.Id : null, cancellationToken) is not { } moved)
        {
            return null;
        }

        if (previous is not null)
        {
            await HoldAsync(session, cancellationToken);
            lookups.Sessions.Forget(Convert.ToHexString(previous.CredentialHash));

            // Ends the poll that the last life may have left behind; without it, that poll ends by itself.
            _ = grains.GetGrain<IClusterGrain>(known.ClusterId).Drain(previous.Id);
        }

        return new EnrolAnswer
        {
            SessionId = session.Id,
            Credential = credential,
            PollSeconds = (int)options.PollTime.TotalSeconds,
            Leases = [.. moved.Select(RunnerMapping.Show)],
        };
    }

    /// <summary>A runner that was paused in its last life is paused in this one: its cluster has to know before its first poll.</summary>
    private async Task HoldAsync(RunnerSession session, CancellationToken cancellationToken)
    {
        if (await runners.FindAsync(session.Id, cancellationToken) is { Paused: true })
        {
            await grains.GetGrain<IClusterGrain>(session.ClusterId).Pause(session.Id);
        }
    }

    /// <summary>The session of the last life, also when it is over by now; null when there is none, or it is another cluster's.</summary>
    private async Task<RunnerSession?> PreviousAsync(EnrolRequest request, CancellationToken cancellationToken) =>
        request.Previous is { } named
        && await runners.FindByCredentialAsync(Secret.Hash(named.Credential), cancellationToken) is { } session
        && session.Id == named.SessionId
        && session.ClusterId == request.ClusterId
            ? session
            : null;

    private RunnerSession Session(EnrolRequest request, ClusterToken token, string credential)
    {
        var now = time.GetUtcNow();
        return new RunnerSession
        {
            Id = ids.New(),
            ClusterId = token.ClusterId,
            TokenId = token.Id,
            CredentialHash = Secret.Hash(credential),
            Name = RunnerMapping.Bounded(request.Name),
            Version = RunnerMapping.Bounded(request.Version),
            Slots = request.Slots,
            Executor = RunnerMapping.Bounded(request.Executor),
            KeyIds = RunnerMapping.ReportedKeys(request.KeyIds),
            Labels = RunnerMapping.ReportedLabels(request.Labels),
            CreatedAt = now,
            SeenAt = now,
        };
    }
}
