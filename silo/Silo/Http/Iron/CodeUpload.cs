using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>
/// Reads the multipart stream of an upload by hand: its parts have no types or wrong ones, any order, any boundary.
/// </summary>
internal static class CodeUpload
{
    private const int MostParts = 16;
    private const int MostData = 2 * ControlPlaneOptions.LargestPayloadLimit;

    /// <summary>The fields of the part named data.</summary>
    public static async Task<JsonFields> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        byte[]? data = null;
        try
        {
            var reader = new MultipartReader(BoundaryOf(request.ContentType), request.Body);
            for (var parts = 1; await reader.ReadNextSectionAsync(cancel) is { } part; parts++)
            {
                if (parts > MostParts)
                {
                    throw new RefusedException($"The upload must have at most {MostParts} parts");
                }

                switch (NameOf(part))
                {
                    case "data" when data is not null:
                        throw new RefusedException("The upload must have one part named data only");
                    case "data":
                        data = await DataAsync(part, cancel);
                        break;
                    case "file" when await part.Body.ReadAsync(new byte[1], cancel) > 0:
                        throw new RefusedException(
                            "file: zip packages are not taken by this server: upload the image that the code is in");
                    default:
                        break;
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException
            || (broken is IOException and not BadHttpRequestException))
        {
            throw new RefusedException($"The upload is not good multipart/form-data: {broken.Message}");
        }

        return RequestBody.Parse(data ?? throw RefusedException.Missing("The part named data"), "data");
    }

    private static string BoundaryOf(string? type) =>
        MediaTypeHeaderValue.TryParse(type, out var media)
        && media.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(media.Boundary) is { Length: > 0 and <= 200 } boundary
            ? boundary.ToString()
            : throw new RefusedException("The upload must be multipart/form-data with a boundary");

    private static string NameOf(MultipartSection part) =>
        ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
            : "";

    private static async Task<byte[]> DataAsync(MultipartSection part, CancellationToken cancel)
    {
        using var content = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (int read; (read = await part.Body.ReadAsync(piece, cancel)) > 0;)
        {
            content.Write(piece, 0, read);
            if (content.Length > MostData)
            {
                throw new RefusedException($"data must be at most {MostData} bytes long");
            }
        }

        return content.ToArray();
    }
}
