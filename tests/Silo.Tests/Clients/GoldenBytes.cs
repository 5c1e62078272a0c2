using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clients;

/// <summary>Between lines of a golden file and bytes on the wire.</summary>
internal static class GoldenBytes
{
    private const string Zip = "{{zip}}";
    private const int ChunkSize = 100;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Nobody asks for these; each is checked by itself.
    private static readonly string[] Unmentioned = ["Date", "Content-Length", "Connection", "X-Content-Type-Options"];

    /// <summary>A request: lines end with CR LF, <c>\xE9</c> is that byte, and its length is told where the file says so.</summary>
    public static byte[] Request(GoldenMessage request, GoldenPlaceholders names)
    {
        var body = Body(names.Fill(string.Join("\r\n", request.Body).Replace(Zip, "\\zip", StringComparison.Ordinal)));
        var chunked = request.Headers.Any(header => header.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase));
        var head = string.Concat(request.Headers.Prepend(request.Start).Select(
            line => $"{line.Replace("{{length}}", $"{body.Length}", StringComparison.Ordinal)}\r\n"));
        return [.. Body(names.Fill(head)), .. "\r\n"u8, .. chunked ? Chunks(body) : body];
    }

    /// <summary>An answer as the file would tell it: what matters of its head, and its body in lines.</summary>
    public static (IReadOnlyList<string> Head, string Body) Answer(RawHttpResponse answer)
    {
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.NotNull(answer.Header("Date"));
        Assert.True(answer.Chunked || answer.Header("Content-Length") is not null, "an answer without a length");
        var headers = answer.Headers
            .Where(header => !Unmentioned.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {header.Value}");
        var type = answer.Header("Content-Type");
        return (
            [$"{answer.Protocol} {answer.Status}", .. headers],
            type == "application/zip" ? answer.Body.AsSpan().SequenceEqual(TestZips.Small) ? Zip : "{{another zip}}"
            : type?.StartsWith("application/json", StringComparison.Ordinal) == true ? JsonNode.Parse(answer.Body)!.ToJsonString(Plain)
            : answer.Text);
    }

    /// <summary>The same of an answer that is expected: a head that is not told is that of JSON.</summary>
    public static (IReadOnlyList<string> Head, string Body) Answer(GoldenMessage answer)
    {
        IReadOnlyList<string> headers = answer.Headers.Count > 0 ? answer.Headers : ["Content-Type: application/json; charset=utf-8"];
        var text = headers.Any(header => header.Contains("text/plain", StringComparison.Ordinal));
        return (
            [answer.Start, .. headers],
            text ? string.Concat(answer.Body.Select(line => $"{line}\n")) : string.Concat(answer.Body.Select(line => line.TrimStart())));
    }

    private static byte[] Body(string text)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < text.Length;)
        {
            var escape = text.IndexOf('\\', at);
            var end = escape < 0 ? text.Length : escape;
            bytes.AddRange(Encoding.UTF8.GetBytes(text[at..end]));
            at = end;
            if (escape >= 0)
            {
                at += Escaped(text.AsSpan(escape), bytes);
            }
        }

        return [.. bytes];
    }

    private static int Escaped(ReadOnlySpan<char> text, List<byte> bytes)
    {
        if (text.StartsWith("\\zip"))
        {
            bytes.AddRange(TestZips.Small);
            return 4;
        }

        if (text.StartsWith("\\x"))
        {
            bytes.Add(byte.Parse(text[2..4], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            return 4;
        }

        bytes.Add((byte)'\\');
        return 1;
    }

    private static byte[] Chunks(byte[] body)
    {
        var chunks = new List<byte>();
        foreach (var piece in body.Chunk(ChunkSize))
        {
            chunks.AddRange([.. Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"), .. piece, .. "\r\n"u8]);
        }

        return [.. chunks, .. "0\r\n\r\n"u8];
    }
}
