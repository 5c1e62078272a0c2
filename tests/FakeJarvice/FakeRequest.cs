using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace OrleansHybrid.Fakes;

/// <summary>A request with all that calls are made of.</summary>
internal sealed record FakeRequest(
    string Method,
    string Target,
    string Path,
    string Call,
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Form,
    byte[] Body,
    bool IsJson)
{
    /// <summary>A parameter of either kind; null when it is not there.</summary>
    public string? this[string name] => Query.GetValueOrDefault(name) ?? Form.GetValueOrDefault(name);

    /// <summary>True when the address has this in it, as it is or escaped.</summary>
    public bool UrlContains(string secret) =>
        Target.Contains(secret, StringComparison.Ordinal)
        || Uri.UnescapeDataString(Target).Contains(secret, StringComparison.Ordinal)
        || Uri.UnescapeDataString(Target.Replace('+', ' ')).Contains(secret, StringComparison.Ordinal);

    public static async Task<FakeRequest> ReadAsync(HttpRequest request, string pathBase)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var path = request.Path.Value!;
        var prefix = pathBase + "/jarvice/";
        var isForm = request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) == true;
        using var reader = new FormReader(System.Text.Encoding.UTF8.GetString(isForm ? body.ToArray() : []));
        return new FakeRequest(
            request.Method,
            request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget,
            path,
            path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : "",
            request.Query.ToDictionary(pair => pair.Key, pair => pair.Value[0] ?? ""),
            reader.ReadForm().ToDictionary(pair => pair.Key, pair => pair.Value[0] ?? ""),
            body.ToArray(),
            request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true);
    }
}
