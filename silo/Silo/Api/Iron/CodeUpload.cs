using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>
/// An upload, read from its multipart stream by hand: its parts have no types or wrong ones, any order, any boundary. What has no file
/// may come as fields of a plain form, too, as one published client sends it.
/// </summary>
internal sealed class CodeUpload : IAsyncDisposable
{
    private const int MaxParts = 16;

    // A byte that is escaped in a plain form is three.
    private const int MaxEscapedLength = 3;
    private const int MaxDataBytes = 2 * ApiOptions.MaxPayloadLimit;
    private const int MaxOverheadBytes = 64 << 10;

    private byte[]? _data;

    private CodeUpload()
    {
    }

    /// <summary>The fields of the part named data.</summary>
    public IronJsonReader Data => RequestBody.Parse(_data ?? throw ApiException.Missing("The part named data"), "data");

    /// <summary>The zip of the part named file; null when there is none, or it is empty.</summary>
    public UploadedArchive? Zip { get; private set; }

    /// <summary>How large a request with an upload may be.</summary>
    public static long MaxRequestSize(ApiOptions options) =>
        (long)options.UploadLimit + MaxDataBytes + MaxOverheadBytes;

    /// <summary>Reads all of it.</summary>
    public static async Task<CodeUpload> ReadAsync(
        HttpRequest request, ApiOptions options, CancellationToken cancellationToken)
    {
        var upload = new CodeUpload();
        try
        {
            await (IsPlainForm(request.ContentType)
                ? upload.ReadFieldsAsync(request, cancellationToken)
                : upload.ReadPartsAsync(request, options, cancellationToken));
            return upload;
        }
        catch (Exception ex)
        {
            await upload.DisposeAsync();
            if (ex is InvalidDataException || (ex is IOException and not BadHttpRequestException))
            {
                throw new ApiException($"The upload is not a good form: {ex.Message}");
            }

            throw;
        }
    }

    public ValueTask DisposeAsync() => Zip?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task ReadFieldsAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var form = new FormPipeReader(request.BodyReader)
        {
            KeyLengthLimit = MaxOverheadBytes,
            ValueLengthLimit = MaxEscapedLength * MaxDataBytes,
            ValueCountLimit = MaxParts,
        };
        var fields = await form.ReadFormAsync(cancellationToken);
        if (fields.TryGetValue("file", out var file) && file is not [null or ""])
        {
            throw new ApiException("An upload with a file must be multipart/form-data: a plain form has room for data alone");
        }

        _data = fields.TryGetValue("data", out var data) ? Encoding.UTF8.GetBytes(data.ToString()) : null;
        if (data.Count > 1)
        {
            throw new ApiException("The upload must have one part named data only");
        }

        if (_data?.Length > MaxDataBytes)
        {
            throw new ApiException($"data must be at most {MaxDataBytes} bytes long");
        }
    }

    private async Task ReadPartsAsync(HttpRequest request, ApiOptions options, CancellationToken cancellationToken)
    {
        var budgets = RequestBudgets.Of(request.HttpContext);
        var (memory, disk) = (budgets.Memory.Begin(request.HttpContext), budgets.Disk.Begin(request.HttpContext));
        var folder = request.HttpContext.RequestServices.GetRequiredService<StoreOptions>().DataDirectory;
        var reader = new MultipartReader(BoundaryOf(request.ContentType), request.Body);
        for (var parts = 1; await reader.ReadNextSectionAsync(cancellationToken) is { } part; parts++)
        {
            if (parts > MaxParts)
            {
                throw new ApiException($"The upload must have at most {MaxParts} parts");
            }

            switch (NameOf(part))
            {
                case "data" when _data is not null:
                    throw new ApiException("The upload must have one part named data only");
                case "data":
                    _data = await DataAsync(part, memory, cancellationToken);
                    break;
                case "file" when Zip is not null:
                    throw new ApiException("The upload must have one part named file only");
                case "file":
                    Zip = await UploadedArchive.ReceiveAsync(part.Body, folder, options, disk, cancellationToken);
                    break;
                default:
                    break;
            }
        }
    }

    private static bool IsPlainForm(string? type) =>
        MediaTypeHeaderValue.TryParse(type, out var media)
        && media.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static string BoundaryOf(string? type) =>
        MediaTypeHeaderValue.TryParse(type, out var media)
        && media.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(media.Boundary) is { Length: > 0 and <= 200 } boundary
            ? boundary.ToString()
            : throw new ApiException("The upload must be multipart/form-data with a boundary");

    private static string NameOf(MultipartSection part) =>
        ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
            : "";

    private static async Task<byte[]> DataAsync(MultipartSection part, BudgetLease memory, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (int read; (read = await part.Body.ReadAsync(piece, cancellationToken)) > 0;)
        {
            memory.Take(read);
            content.Write(piece, 0, read);
            if (content.Length > MaxDataBytes)
            {
                throw new ApiException($"data must be at most {MaxDataBytes} bytes long");
            }
        }

        return content.ToArray();
    }
}
