using System.Text;
using Microsoft.Net.Http.Headers;
using OrleansHybrid.Domain.Codes;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>A zip as it was uploaded, streamed piece by piece.</summary>
internal sealed class ZipDownload(IZipStore zips, string name, CodeRevisionRecord revision, long size) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancel) = (httpContext.Response, httpContext.RequestAborted);

        // Read before the response starts, so that a database failure can still be reported.
        var data = await zips.ReadAsync(revision.Id, 0, cancel);
        response.ContentType = "application/zip";
        response.ContentLength = size;
        response.Headers.ContentDisposition = Disposition(name, revision.Rev);
        for (var piece = 1; data.Length > 0; piece++)
        {
            await response.Body.WriteAsync(data, cancel);
            data = await zips.ReadAsync(revision.Id, piece, cancel);
        }
    }

    /// <summary>
    /// The name to save under: plain where it can be, else quoted; the exact one is beside it where ASCII does not have it. None
    /// leads into another folder.
    /// </summary>
    public static string Disposition(string name, int rev)
    {
        var file = $"{string.Concat(name.Select(c => c is '/' or '\\' || char.IsControl(c) ? '_' : c))}_{rev}.zip";
        var disposition = new ContentDispositionHeaderValue("attachment");
        if (Ascii.IsValid(file))
        {
            disposition.FileName = file;
        }
        else
        {
            disposition.SetHttpFileName(file);
        }

        return disposition.ToString();
    }
}
