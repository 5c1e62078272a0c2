using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>
/// An upload, read from its multipart stream by hand: its parts have no types or wrong ones, any order, any boundary.
/// </summary>
internal sealed class CodeUpload : IAsyncDisposable
{
    private const int MostParts = 16;
    private const int MostData = 2 * ControlPlaneOptions.LargestPayloadLimit;
    private const int MostBetweenParts = 64 << 10;

    private byte[]? _data;

    private CodeUpload()
    {
    }

    /// <summary>The fields of the part named data.</summary>
    public JsonFields Data => RequestBody.Parse(_data ?? throw RefusedException.Missing("The part named data"), "data");

    /// <summary>The zip of the part named file; null when there is none, or it is empty.</summary>
    public SpooledZip? Zip { get; private set; }

    /// <summary>How large a request with an upload may be.</summary>
    public static long LargestRequest(ControlPlaneOptions options) =>
        (long)options.UploadLimit + MostData + MostBetweenParts;

    /// <summary>Reads all of it.</summary>
    public static async Task<CodeUpload> ReadAsync(
        HttpRequest request, ControlPlaneOptions options, CancellationToken cancel)
    {
        var upload = new CodeUpload();
        try
        {
            await upload.ReadPartsAsync(request, options, cancel);
            return upload;
        }
        catch (Exception broken)
        {
            await upload.DisposeAsync();
            if (broken is InvalidDataException || (broken is IOException and not BadHttpRequestException))
            {
                throw new RefusedException($"The upload is not good multipart/form-data: {broken.Message}");
            }

            throw;
        }
    }

    public ValueTask DisposeAsync() => Zip?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task ReadPartsAsync(HttpRequest request, ControlPlaneOptions options, CancellationToken cancel)
    {
        var budgets = RequestBudgets.Of(request.HttpContext);
        var (memory, disk) = (budgets.Memory.Begin(request.HttpContext), budgets.Disk.Begin(request.HttpContext));
        var reader = new MultipartReader(BoundaryOf(request.ContentType), request.Body);
        for (var parts = 1; await reader.ReadNextSectionAsync(cancel) is { } part; parts++)
        {
            if (parts > MostParts)
            {
                throw new RefusedException($"The upload must have at most {MostParts} parts");
            }

            switch (NameOf(part))
            {
                case "data" when _data is not null:
                    throw new RefusedException("The upload must have one part named data only");
                case "data":
                    _data = await DataAsync(part, memory, cancel);
                    break;
                case "file" when Zip is not null:
                    throw new RefusedException("The upload must have one part named file only");
                case "file":
                    Zip = await SpooledZip.ReceiveAsync(part.Body, options, disk, cancel);
                    break;
                default:
                    break;
            }
        }
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

    private static async Task<byte[]> DataAsync(MultipartSection part, BudgetLease memory, CancellationToken cancel)
    {
        using var content = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (int read; (read = await part.Body.ReadAsync(piece, cancel)) > 0;)
        {
            memory.Take(read);
            content.Write(piece, 0, read);
            if (content.Length > MostData)
            {
                throw new RefusedException($"data must be at most {MostData} bytes long");
            }
        }

        return content.ToArray();
    }
}
