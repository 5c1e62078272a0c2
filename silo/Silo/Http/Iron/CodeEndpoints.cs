using Microsoft.AspNetCore.Mvc;
using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Domain.Codes;
using Orleans.Hybrid.Domain.Steps;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>Code packages: upload, list, info.</summary>
internal static class CodeEndpoints
{
    private const int LargestUpload = 64 << 20;

    public static void MapCodes(this RouteGroupBuilder project)
    {
        project.MapPost("/codes", Upload).WithMetadata(new RequestSizeLimitAttribute(LargestUpload));
        project.MapGet("/codes", List);
        project.MapGet("/codes/{codeId}", Info);
    }

    private static async Task<JsonAnswer> Upload(
        HttpContext http, ICodeStore codes, Lookups lookups, Ids ids, TimeProvider time, ControlPlaneOptions options)
    {
        var data = await CodeUpload.ReadAsync(http.Request, http.RequestAborted);
        var name = data.RequiredText("name", IronMapping.LongestName);
        var revision = IronMapping.ReadRevision(data, ids.New(), options.PayloadLimit, time.GetUtcNow());

        var project = http.Project();
        var code = await codes.UploadAsync(project.Id, ids.New(), name, revision, http.RequestAborted);
        lookups.Codes.Forget((project.Id, name));

        var answer = new UploadAnswer
        {
            Msg = "Upload successful.",
            Id = code.Id,
            Rev = code.Current.Rev,
            Name = code.Name,
        };
        return JsonAnswer.Of(answer, IronJson.Default.UploadAnswer);
    }

    private static async Task<JsonAnswer> List(HttpContext http, ICodeStore codes)
    {
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        var some = await codes.ListAsync(http.Project().Id, page, perPage, http.RequestAborted);
        return JsonAnswer.Of(new CodeList { Codes = [.. some.Select(IronMapping.Show)] }, IronJson.Default.CodeList);
    }

    private static async Task<JsonAnswer> Info(HttpContext http, string codeId, ICodeStore codes) =>
        NewId.IsWellFormed(codeId)
        && await codes.FindAsync(http.Project().Id, codeId, http.RequestAborted) is { } code
            ? JsonAnswer.Of(IronMapping.Show(code), IronJson.Default.CodeInfo)
            : Answers.NotFound("Code");
}
