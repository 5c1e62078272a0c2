using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.HealthChecks;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.Api;

/// <summary>Endpoints without authentication: version, liveness, readiness.</summary>
internal static class ProbeEndpoints
{
    public static void MapProbes(this WebApplication app)
    {
        var probes = app.MapGroup("").AllowAnonymous();
        probes.MapGet("/version", (IDatabaseInitializer store) => ApiResult.Of(
            new VersionResponse(ProductInfo.Version, store.Description),
            ProbeJson.Default.VersionResponse))
            .Describe<VersionResponse>("version", "Which program this is; no token");
        probes.MapGet("/healthz", () => Results.Text("alive")).DescribeBytes("healthz", "200 while the process lives", "text/plain");
        probes.MapGet("/readyz", ReadyAsync).DescribeBytes("readyz", "200 while it can serve, else 503", "text/plain");
        probes.MapGet("/openapi.json", async (ApiDocument document) => Results.Bytes(await document.Json, "application/json"));
    }

    private static async Task<IResult> ReadyAsync(HealthCheckService checks, GracefulShutdownService shutdown, CancellationToken cancellationToken)
    {
        var (isReady, text) = shutdown.IsStopping
            ? (false, "stopping")
            : HealthCheckExtensions.Describe(await checks.CheckHealthAsync(cancellationToken));
        return Results.Text(text, statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>Response to <c>GET /version</c>.</summary>
internal sealed record VersionResponse(string Version, string Store);

/// <summary>Serialisation of <see cref="VersionResponse"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VersionResponse))]
internal sealed partial class ProbeJson : JsonSerializerContext;
