using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansHybrid.Silo.Api;

/// <summary>Reads whole bodies, up to the limit of their route, within the budgets of their caller and of the silo.</summary>
internal static class RequestBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>The body's bytes, which count as held until the request is answered; throws <see cref="OverBudgetException"/>.</summary>
    public static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var lease = RequestBudgets.Of(request.HttpContext).Memory.Begin(request.HttpContext);
        var reader = request.BodyReader;
        for (var counted = 0L; ;)
        {
            var read = await reader.ReadAsync(cancellationToken);
            lease.Take(read.Buffer.Length - counted);
            counted = read.Buffer.Length;
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Reads the body now, so that whatever reads it later, such as a reader of forms, holds nothing that is not counted.</summary>
    public static async Task BufferAsync(HttpRequest request, CancellationToken cancellationToken) =>
        request.Body = new MemoryStream(await ReadAsync(request, cancellationToken), writable: false);

    /// <summary>True for a body that says nothing: no bytes, white space, or the literal null.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> body)
    {
        var said = WithoutByteOrderMark(body).Trim(WhiteSpace);
        return said.IsEmpty || said.SequenceEqual("null"u8);
    }

    /// <summary>The body as one JSON object; an empty body is an empty object.</summary>
    public static IronJsonReader Parse(ReadOnlySpan<byte> body, string name = "The body")
    {
        // One published client sends accented letters as single bytes.
        var text = IsEmpty(body) ? "{}"u8
            : Utf8.IsValid(body) ? WithoutByteOrderMark(body)
            : Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(WithoutByteOrderMark(body)));
        try
        {
            return IronJsonReader.Of(JsonElement.Parse(text, Strict), "", name);
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException)
        {
            throw new ApiException($"{name} is not valid JSON: {ex.Message}");
        }
    }

    /// <summary>Editors and some languages put a byte-order mark before UTF-8.</summary>
    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> body) =>
        body.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;
}
