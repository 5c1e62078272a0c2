using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Domain.Tasks;
using Orleans.Hybrid.Grains.Runners;
using Orleans.Hybrid.Grains.Tasks;
using Orleans.Hybrid.Silo.Edge;
using Orleans.Hybrid.Silo.Following;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Http.Runners;

/// <summary>
/// What the calls of the runner protocol do, whichever way they came: over HTTP or through a session's grain. Whose session it is
/// has been settled before.
/// </summary>
internal sealed class RunnerCalls(
    PollEdge edge, ITaskStore tasks, ILogStore logs, IGrainFactory grains, Lookups lookups, Ids ids, Enrolment enrolment,
    RunnerZips zips, FollowedTasks followed)
{
    public async Task<JsonAnswer> EnrolAsync(string clusterToken, byte[] body, CancellationToken gone)
    {
        var request = RunnerBody.Read(body, RunnerBody.Shapes.EnrolRequest);
        return await enrolment.EnrolAsync(request, clusterToken, gone) is { } answer
            ? JsonAnswer.Of(answer, RunnerBody.Shapes.EnrolAnswer)
            : Answers.WrongCredential;
    }

    public async Task<JsonAnswer> ClaimAsync(RunnerSession session, byte[] body, CancellationToken gone)
    {
        var request = RunnerBody.Read(body, RunnerBody.Shapes.ClaimRequest);
        var poll = RunnerMapping.Poll(request, session);
        var answer = request.Repeated ? await edge.FindAsync(poll, gone) : null;
        answer ??= session.Phase == RunnerPhase.Draining && poll.Wanted > 0
            ? new ClaimAnswer { Tasks = [], Drain = true }
            : await edge.WaitAsync(session.ClusterId, poll, gone);
        return answer is null
            ? Answers.WrongCredential
            : JsonAnswer.Of(answer, RunnerBody.Shapes.ClaimAnswer);
    }

    public async Task<JsonAnswer> HeartbeatAsync(RunnerSession session, byte[] body)
    {
        var request = RunnerBody.Read(body, RunnerBody.Shapes.HeartbeatRequest);
        Renewal[] renewals = [.. request.Leases.Select(report => RunnerMapping.Renewal(report, session.Id))];
        var renewed = renewals.Length == 0 ? [] : await tasks.RenewAsync(renewals, CancellationToken.None);
        followed.LookSoon(renewals.Select(renewal => renewal.Fence.Task));
        var answer = new HeartbeatAnswer
        {
            Leases = [.. renewals.Zip(renewed, RunnerMapping.Show)],
            Drain = session.Phase == RunnerPhase.Draining,
        };
        return JsonAnswer.Of(answer, RunnerBody.Shapes.HeartbeatAnswer);
    }

    public async Task<JsonAnswer> ReleaseAsync(RunnerSession session, byte[] body)
    {
        var request = RunnerBody.Read(body, RunnerBody.Shapes.ReleaseRequest);
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

    public async Task<JsonAnswer> LogAsync(RunnerSession session, byte[] body)
    {
        var request = RunnerBody.Read(body, RunnerBody.Shapes.LogRequest);
        LogAppend[] pieces = [.. request.Pieces.Select(piece => RunnerMapping.Append(piece, session.Id))];
        var appended = pieces.Length == 0 ? [] : await logs.AppendAsync(pieces, CancellationToken.None);
        followed.LookSoon(pieces.Select(piece => piece.Fence.Task));
        return RunnerMapping.Report(appended);
    }

    public Task<JsonAnswer> ZipAsync(RunnerSession session, byte[] body, CancellationToken gone)
    {
        var request = RunnerBody.Read(body, RunnerBody.Shapes.ZipRequest);
        return zips.ReadAsync(RunnerMapping.Fence(request.Lease, session.Id), request.Offset, gone);
    }

    public async Task<JsonAnswer> FinishAsync(RunnerSession session, byte[] body)
    {
        var request = RunnerBody.Read(body, RunnerBody.Shapes.FinishRequest);
        FinishReport[] reports =
            [.. request.Results.Select(result => RunnerMapping.Finished(result, session.Id, ids.NewTask()))];
        var steps = reports.Length == 0 ? [] : await tasks.FinishAsync(reports, CancellationToken.None);
        TaskEffects.Do(grains, steps);
        followed.LookSoon(reports.Select(report => report.Fence.Task));
        return RunnerMapping.Report(steps);
    }
}
