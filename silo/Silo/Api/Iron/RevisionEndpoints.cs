using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>The revisions of a code package: list, and download of their zips.</summary>
internal static class RevisionEndpoints
{
    public static void MapRevisions(this RouteGroupBuilder code)
    {
        code.MapGet("/revisions", List).AddEndpointFilter<ActiveCodeFilter>()
            .Describe<RevisionList>("listRevisions", "A code's revisions, newest first", IronQueryParameters.Pages);
        code.MapGet("/download", Download).AddEndpointFilter<ActiveCodeFilter>()
            .DescribeBytes("downloadCode", "The zip of a revision", "application/zip", IronQueryParameters.Revision);
    }

    private static async Task<ApiResult> List(HttpContext http, ICodeStore codes)
    {
        var code = http.Code();
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        var some = await codes.ListRevisionsAsync(code.Id, page, perPage, http.RequestAborted);
        var list = new RevisionList { Revisions = [.. some.Select(revision => IronMapping.ToContract(code, revision))] };
        return ApiResult.Of(list, IronJson.Default.RevisionList);
    }

    private static async Task<IResult> Download(HttpContext http, EntityCache cache, IZipStore zips)
    {
        var code = http.Code();
        var rev = IronQuery.Revision(http.Request.Query) ?? code.Current.Rev;
        return await cache.Revisions.FindAsync((code.Id, rev), http.RequestAborted) switch
        {
            null => ApiResults.NotFound($"Revision {rev}"),
            { Zip: null } => ApiResults.Message(
                $"Revision {rev} has no zip to download: all of it is in its image", StatusCodes.Status404NotFound),
            { Zip: { } zip } revision => new ZipDownload(zips, code.Name, revision, zip.Size),
        };
    }
}
