using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.LongPolling;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Streaming;

namespace OrleansHybrid.Silo.Api.RunnerProtocol;

/// <summary>
/// The calls of the runner protocol, over HTTP or through a session's grain. Whose session it is
/// has been settled before.
/// </summary>
internal sealed class RunnerProtocolService(
    LongPollDispatcher dispatcher, ITaskStore tasks, ILogStore logs, IGrainFactory grains, EntityCache cache, IdGenerator ids, RunnerEnrolment enrolment,
    CodeArchiveReader zips, TaskWatcher taskWatcher)
{
    public async Task<RunnerReply<EnrolResponse>> EnrolAsync(string clusterToken, EnrolRequest request, CancellationToken cancellationToken) =>
        await enrolment.EnrolAsync(request, clusterToken, cancellationToken) is { } answer
            ? RunnerReplies.Of(answer)
            : RunnerReplies.WrongCredential<EnrolResponse>();

    public async Task<RunnerReply<ClaimResponse>> ClaimAsync(RunnerSession session, ClaimRequest request, CancellationToken cancellationToken)
    {
        var poll = RunnerMapping.Poll(request, session);
        var answer = request.Repeated ? await dispatcher.FindClaimedAsync(poll, cancellationToken) : null;
        answer ??= session.Phase == RunnerPhase.Draining && poll.Wanted > 0
            ? new ClaimResponse { Tasks = [], Drain = true }
            : await dispatcher.WaitAsync(session.ClusterId, poll, cancellationToken);
        return answer is null ? RunnerReplies.WrongCredential<ClaimResponse>() : RunnerReplies.Of(answer);
    }

    public async Task<RunnerReply<HeartbeatResponse>> HeartbeatAsync(RunnerSession session, HeartbeatRequest request, CancellationToken cancellationToken)
    {
        Renewal[] renewals = [.. request.Leases.Select(report => RunnerMapping.Renewal(report, session.Id))];
        var renewed = renewals.Length == 0 ? [] : await tasks.RenewAsync(renewals, CancellationToken.None);
        taskWatcher.PollSoon(renewals.Select(renewal => renewal.Fence.Task));
        var answer = new HeartbeatResponse
        {
            Leases = [.. renewals.Zip(renewed, RunnerMapping.ToContract)],
            Drain = session.Phase == RunnerPhase.Draining,
        };
        return RunnerReplies.Of(answer);
    }

    public async Task<RunnerReply<AcknowledgeResponse>> ReleaseAsync(RunnerSession session, ReleaseRequest request, CancellationToken cancellationToken)
    {
        LeaseFence[] leases = [.. request.Leases.Select(lease => RunnerMapping.Fence(lease, session.Id))];
        var steps = leases.Length == 0 ? [] : await tasks.ReleaseAsync(leases, CancellationToken.None);
        TaskEffects.Publish(grains, steps);
        if (request.Leaving)
        {
            await grains.GetGrain<IRunnerGrain>(session.Id).End();
            cache.Sessions.Invalidate(Convert.ToHexString(session.CredentialHash));
        }

        return RunnerMapping.Report(steps);
    }

    public async Task<RunnerReply<AcknowledgeResponse>> LogAsync(RunnerSession session, LogUploadRequest request, CancellationToken cancellationToken)
    {
        LogAppend[] pieces = [.. request.Pieces.Select(piece => RunnerMapping.Append(piece, session.Id))];
        var appended = pieces.Length == 0 ? [] : await logs.AppendAsync(pieces, CancellationToken.None);
        taskWatcher.PollSoon(pieces.Select(piece => piece.Fence.Task));
        return RunnerMapping.Report(appended);
    }

    public Task<RunnerReply<ZipResponse>> ZipAsync(RunnerSession session, ZipRequest request, CancellationToken cancellationToken) =>
        zips.ReadAsync(RunnerMapping.Fence(request.Lease, session.Id), request.Offset, cancellationToken);

    public async Task<RunnerReply<AcknowledgeResponse>> FinishAsync(RunnerSession session, FinishRequest request, CancellationToken cancellationToken)
    {
        FinishReport[] reports =
            [.. request.Results.Select(result => RunnerMapping.Finished(result, session.Id, ids.NewTaskId()))];
        var steps = reports.Length == 0 ? [] : await tasks.FinishAsync(reports, CancellationToken.None);
        TaskMetrics.RecordFinished(steps);
        TaskEffects.Publish(grains, steps);
        taskWatcher.PollSoon(reports.Select(report => report.Fence.Task));
        return RunnerMapping.Report(steps);
    }
}
