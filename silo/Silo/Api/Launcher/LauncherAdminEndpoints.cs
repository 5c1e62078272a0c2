using System.Net;
using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Contracts.Launcher;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Launcher;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>The operators' endpoints of a launcher. Callers of launches use <see cref="LaunchEndpoints"/>.</summary>
internal static class LauncherAdminEndpoints
{
    private const int MaxRuns = 100;
    private const int MaxRecords = 1_000;

    public static void MapLauncherAdmin(this WebApplication app)
    {
        var launcher = app.MapGroup("/launcher/v1").RequireAuthorization(SecurityServices.Operators).AddEndpointFilter<LauncherFilter>();
        launcher.MapGet("", Status).Describe<LauncherStatus>("launcher", "How the launcher stands: caps, budget, what lives");
        launcher.MapGet("/runs", List).Describe<LaunchList>("listLaunches", "Launches, live and ended ones, newest first",
            QueryParameter.Number("limit", $"How many, 1 to {MaxRuns}; 30 by default."),
            QueryParameter.Text("before", "Only launches with lower ids: what the page before says."));
        launcher.MapGet("/runs/{launchId}", Info).Describe<LaunchInfo>("launch", "One launch");
        launcher.MapGet("/runs/{launchId}/log", Log).DescribeBytes("launchLog", "Console text, up to 1 MiB a call", "text/plain",
            QueryParameter.Number("offset", "From which byte on; the first by default."),
            QueryParameter.Number("attempt", "Which attempt's; the newest by default."));
        launcher.MapPost("/runs/{launchId}/cancel", Cancel)
            .Describe<LaunchInfo>("cancelLaunch", "Orders a launch to stop; does nothing to one that has ended");
        launcher.MapGet("/audit", Audit).Describe<AuditPage>("launcherAudit", "Records of the audit, oldest first, and whether they are sound",
            QueryParameter.Number("from", "The number of the first; 1 by default."),
            QueryParameter.Number("limit", $"How many, 1 to {MaxRecords}; 100 by default."));
    }

    private static async Task<ApiResult> Status(HttpContext http, LauncherAdminService adminService) => ApiResult.Of(
        await adminService.StatusAsync(Launcher(http)), LauncherJson.Default.LauncherStatus);

    private static async Task<ApiResult> List(HttpContext http, LauncherAdminService adminService)
    {
        var query = http.Request.Query;
        var limit = (int)LauncherQuery.WholeNumber(query, "limit", defaultValue: 30, min: 1, MaxRuns);
        var list = await adminService.ListAsync(Launcher(http), LauncherQuery.Id(query, "before"), limit, http.RequestAborted);
        return ApiResult.Of(list, LauncherJson.Default.LaunchList);
    }

    private static async Task<ApiResult> Info(HttpContext http, string launchId, LauncherAdminService adminService) =>
        ToResult(await FindAsync(http, launchId, adminService));

    private static async Task<IResult> Log(HttpContext http, string launchId, LauncherAdminService adminService, ILaunchConsoleStore texts)
    {
        if (await FindAsync(http, launchId, adminService) is not { } launch)
        {
            return ToResult(null);
        }

        var query = http.Request.Query;
        var offset = LauncherQuery.WholeNumber(query, "offset", defaultValue: 0, min: 0, long.MaxValue);
        var attempt = (int)LauncherQuery.WholeNumber(query, "attempt", launch.Attempt, min: 1, launch.Attempt);
        var text = await texts.ReadAsync(launchId, attempt, offset, LaunchConsoleResult.MaxBytes, http.RequestAborted);
        return new LaunchConsoleResult(launch, attempt, offset, text);
    }

    private static async Task<ApiResult> Cancel(HttpContext http, string launchId, LauncherAdminService adminService)
    {
        var address = IPAddressParser.Normalize(http.Connection.RemoteIpAddress ?? IPAddress.None).ToString();
        return ToResult(TimeOrderedId.IsWellFormed(launchId)
            ? await adminService.CancelAsync(Launcher(http), launchId, new CallerAddress(address, address, http.Caller().Id))
            : null);
    }

    private static async Task<ApiResult> Audit(HttpContext http, AuditService auditService)
    {
        var query = http.Request.Query;
        var from = LauncherQuery.WholeNumber(query, "from", defaultValue: 1, min: 1, long.MaxValue);
        var limit = (int)LauncherQuery.WholeNumber(query, "limit", defaultValue: 100, min: 1, MaxRecords);
        return ApiResult.Of(
            await auditService.ReadAsync(Launcher(http), from, limit, http.RequestAborted), LauncherJson.Default.AuditPage);
    }

    private static async Task<LaunchSnapshot?> FindAsync(HttpContext http, string launchId, LauncherAdminService adminService) =>
        TimeOrderedId.IsWellFormed(launchId) ? await adminService.FindAsync(Launcher(http), launchId) : null;

    private static LauncherStatusSnapshot Launcher(HttpContext http) => http.Features.GetRequiredFeature<LauncherStatusSnapshot>();

    private static ApiResult ToResult(LaunchSnapshot? launch) => launch is null
        ? ApiResults.NotFound("Launch")
        : ApiResult.Of(LauncherMapping.ToContract(launch), LauncherJson.Default.LaunchInfo);
}
