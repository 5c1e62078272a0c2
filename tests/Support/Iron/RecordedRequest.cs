using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrleansHybrid.Support.Iron;

/// <summary>One request as it came over the wire.</summary>
public sealed record RecordedRequest(
    string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Call => $"{Method} {Path}";

    public string Body => Encoding.UTF8.GetString(Bytes);

    internal static async Task<RecordedRequest> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return new RecordedRequest(
            request.Method,
            request.Path.Value ?? "",
            request.QueryString.Value ?? "",
            request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
            body.ToArray());
    }
}
