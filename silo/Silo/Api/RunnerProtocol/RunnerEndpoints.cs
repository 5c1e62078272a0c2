using Microsoft.AspNetCore.Mvc;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.RunnerProtocol;

/// <summary>The runner protocol over HTTP: enrol, then claim, heartbeat, release, log, finish.</summary>
internal static class RunnerEndpoints
{
    public static void MapRunners(this WebApplication app)
    {
        var protocol = app.MapGroup("/runner/v1").RequireAuthorization(SecurityServices.Runners);
        protocol.MapPost($"/{RunnerOperation.Enrol}", Enrol)
            .WithMetadata(new RequestSizeLimitAttribute(RunnerOperation.MaxEnrolmentSize))
            .Describe<EnrolResponse>("enrol", "Begins a runner's session").WithRequestBody<EnrolRequest>()
            .AllowAnonymous();
        foreach (var verb in RunnerOperation.SessionOperations)
        {
            protocol.MapPost($"/{verb.Name}", (HttpContext http, RunnerProtocolService calls) => HandleAsync(verb, http, calls))
                .WithMetadata(new RequestSizeLimitAttribute(verb.MaxRequestSize), verb.Metadata, verb.BodyMetadata);
        }
    }

    private static async Task<ApiResult> Enrol(HttpContext http, RunnerProtocolService calls)
    {
        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        return RequestCredentials.FromHeader(http.Request) is { } token
            ? (await calls.EnrolAsync(token, RunnerBody.Read(body, RunnerBody.Shapes.EnrolRequest), http.RequestAborted))
                .ToApiResult(RunnerBody.Shapes.EnrolResponse)
            : ApiResults.NoCredential;
    }

    private static async Task<ApiResult> HandleAsync(RunnerOperation operation, HttpContext http, RunnerProtocolService calls) => await operation.Handler(
        calls, http.Session(), await RequestBody.ReadAsync(http.Request, http.RequestAborted), http.RequestAborted);
}
