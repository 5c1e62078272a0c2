using Microsoft.AspNetCore.Mvc;
using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Domain.Tasks;
using Orleans.Hybrid.Grains.Runners;
using Orleans.Hybrid.Grains.Tasks;
using Orleans.Hybrid.Silo.Edge;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Http.Runners;

/// <summary>The runner protocol: enrol, then claim, heartbeat, release, log, finish.</summary>
internal static class RunnerEndpoints
{
    public static void MapRunners(this WebApplication app)
    {
        var protocol = app.MapGroup("/runner/v1");
        protocol.MapPost("/enrol", Enrol).WithMetadata(Limit(64 << 10));

        var session = protocol.MapGroup("").AddEndpointFilter<SessionFilter>();
        session.MapPost("/claim", Claim).WithMetadata(Limit(4 << 10));
        session.MapPost("/heartbeat", Heartbeat).WithMetadata(Limit(8 << 20));
        session.MapPost("/release", Release).WithMetadata(Limit(1 << 20));
        session.MapPost("/log", Log).WithMetadata(Limit(16 << 20));
        session.MapPost("/finish", Finish).WithMetadata(Limit(8 << 20));
    }

    private static async Task<JsonAnswer> Enrol(HttpContext http, Enrolment enrolment)
    {
        var request = await RunnerBody.ReadAsync(http, RunnerBody.Shapes.EnrolRequest);
        return Credentials.InHeader(http.Request) is not { } token ? (JsonAnswer)Answers.NoCredential
            : await enrolment.EnrolAsync(request, token, http.RequestAborted) is { } answer
                ? JsonAnswer.Of(answer, RunnerBody.Shapes.EnrolAnswer)
                : (JsonAnswer)Answers.WrongCredential;
    }

    private static async Task<JsonAnswer> Claim(HttpContext http, PollEdge edge)
    {
        var request = await RunnerBody.ReadAsync(http, RunnerBody.Shapes.ClaimRequest);
        var session = http.Session();
        var poll = RunnerMapping.Poll(request, session);
        var answer = request.Repeated ? await edge.FindAsync(poll, http.RequestAborted) : null;
        answer ??= session.Phase == RunnerPhase.Draining && poll.Wanted > 0
            ? new ClaimAnswer { Tasks = [], Drain = true }
            : await edge.WaitAsync(session.ClusterId, poll, http.RequestAborted);
        return JsonAnswer.Of(answer, RunnerBody.Shapes.ClaimAnswer);
    }

    private static async Task<JsonAnswer> Heartbeat(HttpContext http, ITaskStore tasks)
    {
        var request = await RunnerBody.ReadAsync(http, RunnerBody.Shapes.HeartbeatRequest);
        var session = http.Session();
        Renewal[] renewals = [.. request.Leases.Select(report => RunnerMapping.Renewal(report, session.Id))];
        var renewed = renewals.Length == 0 ? [] : await tasks.RenewAsync(renewals, CancellationToken.None);
        var answer = new HeartbeatAnswer
        {
            Leases = [.. renewals.Zip(renewed, RunnerMapping.Show)],
            Drain = session.Phase == RunnerPhase.Draining,
        };
        return JsonAnswer.Of(answer, RunnerBody.Shapes.HeartbeatAnswer);
    }

    private static async Task<JsonAnswer> Release(
        HttpContext http, ITaskStore tasks, IGrainFactory grains, Lookups lookups)
    {
        var request = await RunnerBody.ReadAsync(http, RunnerBody.Shapes.ReleaseRequest);
        var session = http.Session();
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

    private static async Task<JsonAnswer> Log(HttpContext http, ILogStore logs)
    {
        var request = await RunnerBody.ReadAsync(http, RunnerBody.Shapes.LogRequest);
        var session = http.Session();
        LogAppend[] pieces = [.. request.Pieces.Select(piece => RunnerMapping.Append(piece, session.Id))];
        var appended = pieces.Length == 0 ? [] : await logs.AppendAsync(pieces, CancellationToken.None);
        return RunnerMapping.Report(appended);
    }

    private static async Task<JsonAnswer> Finish(HttpContext http, ITaskStore tasks, IGrainFactory grains, Ids ids)
    {
        var request = await RunnerBody.ReadAsync(http, RunnerBody.Shapes.FinishRequest);
        var session = http.Session();
        FinishReport[] reports =
            [.. request.Results.Select(result => RunnerMapping.Finished(result, session.Id, ids.NewTask()))];
        var steps = reports.Length == 0 ? [] : await tasks.FinishAsync(reports, CancellationToken.None);
        TaskEffects.Do(grains, steps);
        return RunnerMapping.Report(steps);
    }

    private static RequestSizeLimitAttribute Limit(long bytes) => new(bytes);
}
