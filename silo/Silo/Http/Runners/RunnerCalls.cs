using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.RunnerDoor;
using OrleansHybrid.Silo.Edge;
using OrleansHybrid.Silo.Following;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Runners;

/// <summary>
/// What the calls of the runner protocol do, whichever way they came: over HTTP or through a session's grain. Whose session it is
/// has been settled before.
/// </summary>
internal sealed class RunnerCalls(
    PollEdge edge, ITaskStore tasks, ILogStore logs, IGrainFactory grains, Lookups lookups, Ids ids, Enrolment enrolment,
    RunnerZips zips, FollowedTasks followed)
{
    public async Task<RunnerReply<EnrolAnswer>> EnrolAsync(string clusterToken, EnrolRequest request, CancellationToken cancellationToken) =>
        await enrolment.EnrolAsync(request, clusterToken, cancellationToken) is { } answer
            ? RunnerReplies.Of(answer)
            : RunnerReplies.WrongCredential<EnrolAnswer>();

    public async Task<RunnerReply<ClaimAnswer>> ClaimAsync(RunnerSession session, ClaimRequest request, CancellationToken cancellationToken)
    {
        var poll = RunnerMapping.Poll(request, session);
        var answer = request.Repeated ? await edge.FindAsync(poll, cancellationToken) : null;
        answer ??= session.Phase == RunnerPhase.Draining && poll.Wanted > 0
            ? new ClaimAnswer { Tasks = [], Drain = true }
            : await edge.WaitAsync(session.ClusterId, poll, cancellationToken);
        return answer is null ? RunnerReplies.WrongCredential<ClaimAnswer>() : RunnerReplies.Of(answer);
    }

    public async Task<RunnerReply<HeartbeatAnswer>> HeartbeatAsync(RunnerSession session, HeartbeatRequest request, CancellationToken cancellationToken)
    {
        Renewal[] renewals = [.. request.Leases.Select(report => RunnerMapping.Renewal(report, session.Id))];
        var renewed = renewals.Length == 0 ? [] : await tasks.RenewAsync(renewals, CancellationToken.None);
        followed.LookSoon(renewals.Select(renewal => renewal.Fence.Task));
        var answer = new HeartbeatAnswer
        {
            Leases = [.. renewals.Zip(renewed, RunnerMapping.Show)],
            Drain = session.Phase == RunnerPhase.Draining,
        };
        return RunnerReplies.Of(answer);
    }

    public async Task<RunnerReply<ReportAnswer>> ReleaseAsync(RunnerSession session, ReleaseRequest request, CancellationToken cancellationToken)
    {
        LeaseFence[] leases = [.. request.Leases.Select(lease => RunnerMapping.Fence(lease, session.Id))];
        var steps = leases.Length == 0 ? [] : await tasks.ReleaseAsync(leases, CancellationToken.None);
        TaskEffects.Do(grains, steps);
        if (request.Leaving)
        {
            await grains.GetGrain<IRunnerGrain>(session.Id).End();
            lookups.Sessions.Forget(Convert.ToHexString(session.CredentialHash));
        }

        return RunnerMapping.Report(steps);
    }

    public async Task<RunnerReply<ReportAnswer>> LogAsync(RunnerSession session, LogRequest request, CancellationToken cancellationToken)
    {
        LogAppend[] pieces = [.. request.Pieces.Select(piece => RunnerMapping.Append(piece, session.Id))];
        var appended = pieces.Length == 0 ? [] : await logs.AppendAsync(pieces, CancellationToken.None);
        followed.LookSoon(pieces.Select(piece => piece.Fence.Task));
        return RunnerMapping.Report(appended);
    }

    public Task<RunnerReply<ZipAnswer>> ZipAsync(RunnerSession session, ZipRequest request, CancellationToken cancellationToken) =>
        zips.ReadAsync(RunnerMapping.Fence(request.Lease, session.Id), request.Offset, cancellationToken);

    public async Task<RunnerReply<ReportAnswer>> FinishAsync(RunnerSession session, FinishRequest request, CancellationToken cancellationToken)
    {
        FinishReport[] reports =
            [.. request.Results.Select(result => RunnerMapping.Finished(result, session.Id, ids.NewTask()))];
        var steps = reports.Length == 0 ? [] : await tasks.FinishAsync(reports, CancellationToken.None);
        TaskEffects.Do(grains, steps);
        followed.LookSoon(reports.Select(report => report.Fence.Task));
        return RunnerMapping.Report(steps);
    }
}
