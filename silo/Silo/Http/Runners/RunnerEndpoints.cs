using Microsoft.AspNetCore.Mvc;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Runners;

/// <summary>The runner protocol over HTTP: enrol, then claim, heartbeat, release, log, finish.</summary>
internal static class RunnerEndpoints
{
    public static void MapRunners(this WebApplication app)
    {
        var protocol = app.MapGroup("/runner/v1");
        protocol.MapPost($"/{RunnerVerb.Enrol}", Enrol)
            .WithMetadata(new RequestSizeLimitAttribute(RunnerVerb.LargestEnrolment))
            .Describe<EnrolAnswer>("enrol", "Begins a runner's session").Takes<EnrolRequest>();

        var session = protocol.MapGroup("").AddEndpointFilter<SessionFilter>();
        foreach (var verb in RunnerVerb.OfSessions)
        {
            session.MapPost($"/{verb.Name}", (HttpContext http, RunnerCalls calls) => Do(verb, http, calls))
                .WithMetadata(new RequestSizeLimitAttribute(verb.LargestRequest), verb.Described, verb.DescribedBody);
        }
    }

    private static async Task<JsonAnswer> Enrol(HttpContext http, RunnerCalls calls)
    {
        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        return Credentials.InHeader(http.Request) is { } token
            ? (await calls.EnrolAsync(token, RunnerBody.Read(body, RunnerBody.Shapes.EnrolRequest), http.RequestAborted))
                .OverHttp(RunnerBody.Shapes.EnrolAnswer)
            : Answers.NoCredential;
    }

    private static async Task<JsonAnswer> Do(RunnerVerb verb, HttpContext http, RunnerCalls calls) => await verb.Do(
        calls, http.Session(), await RequestBody.ReadAsync(http.Request, http.RequestAborted), http.RequestAborted);
}
