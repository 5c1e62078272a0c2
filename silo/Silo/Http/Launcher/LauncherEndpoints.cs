using System.Net;
using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Contracts.Launcher;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Nimbix.Policy;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Launcher;

/// <summary>What operators of a launcher see and do, from anywhere. Its callers have a door of their own.</summary>
internal static class LauncherEndpoints
{
    private const int MostRuns = 100;
    private const int MostRecords = 1_000;

    public static void MapLauncher(this WebApplication app)
    {
        var launcher = app.MapGroup("/launcher/v1").AddEndpointFilter<OperatorFilter>().AddEndpointFilter<LauncherFilter>();
        launcher.MapGet("", Status).Describe<LauncherStatus>("launcher", "How the launcher stands: caps, budget, what lives");
        launcher.MapGet("/runs", List).Describe<LaunchList>("listLaunches", "Launches, live and ended ones, newest first",
            QueryKey.Number("limit", $"How many, 1 to {MostRuns}; 30 unless told."),
            QueryKey.Text("before", "Only launches with lower ids: what the page before says."));
        launcher.MapGet("/runs/{launchId}", Info).Describe<LaunchInfo>("launch", "One launch");
        launcher.MapGet("/runs/{launchId}/log", Log).DescribeBytes("launchLog", "Console text, up to 1 MiB a call", "text/plain",
            QueryKey.Number("offset", "From which byte on; the first unless told."),
            QueryKey.Number("attempt", "Which attempt's; the newest unless told."));
        launcher.MapPost("/runs/{launchId}/cancel", Cancel)
            .Describe<LaunchInfo>("cancelLaunch", "Orders a launch to stop; does nothing to one that has ended");
        launcher.MapGet("/audit", Audit).Describe<AuditPage>("launcherAudit", "Records of the audit, oldest first, and whether they are sound",
            QueryKey.Number("from", "The number of the first; 1 unless told."),
            QueryKey.Number("limit", $"How many, 1 to {MostRecords}; 100 unless told."));
    }

    private static async Task<JsonAnswer> Status(HttpContext http, LauncherDesk desk) => JsonAnswer.Of(
        await desk.StatusAsync(Launcher(http)), LauncherJson.Default.LauncherStatus);

    private static async Task<JsonAnswer> List(HttpContext http, LauncherDesk desk)
    {
        var query = http.Request.Query;
        var limit = (int)LauncherQuery.Whole(query, "limit", otherwise: 30, least: 1, MostRuns);
        var list = await desk.ListAsync(Launcher(http), LauncherQuery.Id(query, "before"), limit, http.RequestAborted);
        return JsonAnswer.Of(list, LauncherJson.Default.LaunchList);
    }

    private static async Task<JsonAnswer> Info(HttpContext http, string launchId, LauncherDesk desk) =>
        Show(await FindAsync(http, launchId, desk));

    private static async Task<IResult> Log(HttpContext http, string launchId, LauncherDesk desk, ILaunchTexts texts)
    {
        if (await FindAsync(http, launchId, desk) is not { } launch)
        {
            return Show(null);
        }

        var query = http.Request.Query;
        var offset = LauncherQuery.Whole(query, "offset", otherwise: 0, least: 0, long.MaxValue);
        var attempt = (int)LauncherQuery.Whole(query, "attempt", launch.Attempt, least: 1, launch.Attempt);
        var text = await texts.ReadAsync(launchId, attempt, offset, LaunchText.Most, http.RequestAborted);
        return new LaunchText(launch, attempt, offset, text);
    }

    private static async Task<JsonAnswer> Cancel(HttpContext http, string launchId, LauncherDesk desk)
    {
        var address = AddressText.Normal(http.Connection.RemoteIpAddress ?? IPAddress.None).ToString();
        return Show(NewId.IsWellFormed(launchId)
            ? await desk.CancelAsync(Launcher(http), launchId, new LaunchOrigin(address, address, http.Caller().Id))
            : null);
    }

    private static async Task<JsonAnswer> Audit(HttpContext http, AuditDesk desk)
    {
        var query = http.Request.Query;
        var from = LauncherQuery.Whole(query, "from", otherwise: 1, least: 1, long.MaxValue);
        var limit = (int)LauncherQuery.Whole(query, "limit", otherwise: 100, least: 1, MostRecords);
        return JsonAnswer.Of(
            await desk.ReadAsync(Launcher(http), from, limit, http.RequestAborted), LauncherJson.Default.AuditPage);
    }

    private static async Task<LaunchView?> FindAsync(HttpContext http, string launchId, LauncherDesk desk) =>
        NewId.IsWellFormed(launchId) ? await desk.FindAsync(Launcher(http), launchId) : null;

    private static LauncherStanding Launcher(HttpContext http) => http.Features.GetRequiredFeature<LauncherStanding>();

    private static JsonAnswer Show(LaunchView? launch) => launch is null
        ? Answers.NotFound("Launch")
        : JsonAnswer.Of(LauncherMapping.Show(launch), LauncherJson.Default.LaunchInfo);
}
