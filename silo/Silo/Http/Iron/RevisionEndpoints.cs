using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>The revisions of a code package: list, and download of their zips.</summary>
internal static class RevisionEndpoints
{
    public static void MapRevisions(this RouteGroupBuilder code)
    {
        code.MapGet("/revisions", List).AddEndpointFilter<LivingCodeFilter>()
            .Describe<RevisionList>("listRevisions", "A code's revisions, newest first", QueryKeys.Pages);
        code.MapGet("/download", Download).AddEndpointFilter<LivingCodeFilter>()
            .DescribeBytes("downloadCode", "The zip of a revision", "application/zip", QueryKeys.Revision);
    }

    private static async Task<JsonAnswer> List(HttpContext http, ICodeStore codes)
    {
        var code = http.Code();
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        var some = await codes.ListRevisionsAsync(code.Id, page, perPage, http.RequestAborted);
        var list = new RevisionList { Revisions = [.. some.Select(revision => IronMapping.Show(code, revision))] };
        return JsonAnswer.Of(list, IronJson.Default.RevisionList);
    }

    private static async Task<IResult> Download(HttpContext http, Lookups lookups, IZipStore zips)
    {
        var code = http.Code();
        var rev = IronQuery.Revision(http.Request.Query) ?? code.Current.Rev;
        return await lookups.Revisions.FindAsync((code.Id, rev), http.RequestAborted) switch
        {
            null => Answers.NotFound($"Revision {rev}"),
            { Zip: null } => Answers.Message(
                $"Revision {rev} has no zip to download: all of it is in its image", StatusCodes.Status404NotFound),
            { Zip: { } zip } revision => new ZipDownload(zips, code.Name, revision, zip.Size),
        };
    }
}
