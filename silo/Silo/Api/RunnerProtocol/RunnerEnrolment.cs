using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.RunnerProtocol;

/// <summary>
/// Creates a session for a runner that knows its cluster's token, and returns the leases of its previous session.
/// </summary>
internal sealed class RunnerEnrolment(
    IClusterStore clusters, IRunnerStore runners, IGrainFactory grains, EntityCache cache, IdGenerator ids, TimeProvider time,
    EnrolmentLimiter limiter, ApiOptions options)
{
    private const int MaxSlots = 1000;

    /// <summary>The new session; null when the token is not that of the cluster.</summary>
    public async Task<EnrolResponse?> EnrolAsync(EnrolRequest request, string token, CancellationToken cancellationToken)
    {
        if (request.Slots is < 1 or > MaxSlots)
        {
            throw new ApiException($"slots must be from 1 to {MaxSlots}");
        }

        var known = await clusters.FindTokenAsync(ClusterTokenIssuer.Hash(token), cancellationToken);
        if (known is null || known.ClusterId != request.ClusterId)
        {
            return null;
        }

        limiter.Acquire(known.Id);
        var previous = await PreviousAsync(request, cancellationToken);
        var credential = TokenHasher.NewToken();
        var session = Session(request, known, credential) with { Paused = previous is { Paused: true } };
        var handsOver = previous is { Phase: not RunnerPhase.Ended };
        if (await runners.EnrolAsync(session, handsOver ? previous!.Id : null, cancellationToken) is not { } moved)
        {
            return null;
        }

        if (previous is not null)
        {
            await RestorePauseAsync(session, cancellationToken);
            cache.Sessions.Invalidate(Convert.ToHexString(previous.CredentialHash));

            // Ends a pending poll of the previous session; without it, that poll times out by itself.
            _ = grains.GetGrain<IClusterDispatchGrain>(known.ClusterId).Drain(previous.Id);
        }

        return new EnrolResponse
        {
            SessionId = session.Id,
            Credential = credential,
            PollSeconds = (int)options.PollTime.TotalSeconds,
            Leases = [.. moved.Select(RunnerMapping.ToContract)],
        };
    }

    /// <summary>A runner that was paused stays paused in its new session: its cluster has to know before the first poll.</summary>
    private async Task RestorePauseAsync(RunnerSession session, CancellationToken cancellationToken)
    {
        if (await runners.FindAsync(session.Id, cancellationToken) is { Paused: true })
        {
            await grains.GetGrain<IClusterDispatchGrain>(session.ClusterId).Pause(session.Id);
        }
    }

    /// <summary>The previous session, also when it has ended by now; null when there is none, or it is another cluster's.</summary>
    private async Task<RunnerSession?> PreviousAsync(EnrolRequest request, CancellationToken cancellationToken) =>
        request.Previous is { } named
        && await runners.FindByCredentialAsync(TokenHasher.Hash(named.Credential), cancellationToken) is { } session
        && session.Id == named.SessionId
        && session.ClusterId == request.ClusterId
            ? session
            : null;

    private RunnerSession Session(EnrolRequest request, ClusterTokenRecord token, string credential)
    {
        var now = time.GetUtcNow();
        return new RunnerSession
        {
            Id = ids.New(),
            ClusterId = token.ClusterId,
            TokenId = token.Id,
            CredentialHash = TokenHasher.Hash(credential),
            Name = RunnerMapping.Truncate(request.Name),
            Version = RunnerMapping.Truncate(request.Version),
            Slots = request.Slots,
            Executor = RunnerMapping.Truncate(request.Executor),
            KeyIds = RunnerMapping.ReportedKeys(request.KeyIds),
            Labels = RunnerMapping.ReportedLabels(request.Labels),
            CreatedAt = now,
            SeenAt = now,
        };
    }
}
