using Microsoft.AspNetCore.Mvc;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Code packages: upload, list, info, delete.</summary>
internal static class CodeEndpoints
{
    public static void MapCodes(this RouteGroupBuilder project)
    {
        var options = ((IEndpointRouteBuilder)project).ServiceProvider.GetRequiredService<ApiOptions>();
        project.MapPost("/codes", Upload)
            .WithMetadata(new RequestSizeLimitAttribute(CodeUpload.MaxRequestSize(options)))
            .WithMetadata(new RequestSizeHint($"file may be {options.UploadLimit} bytes long (HYBRID_UPLOAD_LIMIT)"))
            .Describe<UploadResponse>("uploadCode", "Makes a code package, or its next revision").WithFormBody<NewCode>();
        project.MapGet("/codes", List).Describe<CodeList>("listCodes", "Code packages", IronQueryParameters.Codes);

        var code = project.MapGroup("/codes/{codeId}").AddEndpointFilter<CodeFilter>();
        code.MapGet("", Info).AddEndpointFilter<ActiveCodeFilter>().Describe<CodeInfo>("code", "One code package");
        code.MapDelete("", Delete).Describe("deleteCode", "Archives a code package");
        code.MapRevisions();
        code.MapCodeQueue();
    }

    private static async Task<ApiResult> Upload(
        HttpContext http, ICodeStore codes, IZipStore zips, EntityCache cache, IdGenerator ids, TimeProvider time,
        ApiOptions options)
    {
        await using var upload = await CodeUpload.ReadAsync(http.Request, options, http.RequestAborted);
        var (data, zip, now) = (upload.Data, upload.Zip, time.GetUtcNow());
        var name = data.RequiredText("name", IronMapping.MaxNameLength);
        var revision = IronMapping.ReadRevision(data, zip?.Info, ids.New(), options, now);
        if (zip is not null)
        {
            IronMapping.VerifyStart(revision, zip.Archive);
            await zip.StoreAsync(zips, revision.Id, now, http.RequestAborted);
        }

        var project = http.Project();
        var code = await codes.UploadAsync(project.Id, ids.New(), name, revision, http.RequestAborted);
        cache.Codes.Invalidate((project.Id, name));

        var answer = new UploadResponse
        {
            Msg = "Upload successful.",
            Id = code.Id,
            Rev = code.Current.Rev,
            Name = code.Name,
        };
        return ApiResult.Of(answer, IronJson.Default.UploadResponse);
    }

    private static async Task<ApiResult> List(HttpContext http, ICodeStore codes)
    {
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        var project = http.Project().Id;
        var some = IronQuery.Text(http.Request.Query, "name") is not { } name
            ? await codes.ListAsync(project, page, perPage, http.RequestAborted)
            : await codes.FindByNameAsync(project, name, http.RequestAborted) is { } code ? [code] : [];
        return ApiResult.Of(new CodeList { Codes = [.. some.Select(IronMapping.ToContract)] }, IronJson.Default.CodeList);
    }

    private static ApiResult Info(HttpContext http) =>
        ApiResult.Of(IronMapping.ToContract(http.Code()), IronJson.Default.CodeInfo);

    private static async Task<ApiResult> Delete(HttpContext http, ICodeStore codes, EntityCache cache, TimeProvider time)
    {
        var code = http.Code();
        await codes.ArchiveAsync(code.Id, time.GetUtcNow(), http.RequestAborted);
        cache.Codes.Invalidate((code.ProjectId, code.Name));
        return ApiResults.Message("Deleted");
    }
}
