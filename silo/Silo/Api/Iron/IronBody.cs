using Microsoft.Net.Http.Headers;
using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>The bodies of the Iron API's calls.</summary>
internal static class IronBody
{
    private const int MaxEntries = 10_000;

    /// <summary>A body that has to be declared as JSON, unless it is empty.</summary>
    public static async Task<IronJsonReader> ReadAsync(HttpContext http)
    {
        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        return RequestBody.IsEmpty(body) || IsJson(http.Request.ContentType)
            ? RequestBody.Parse(body)
            : throw new ApiException(new DomainError(ErrorKind.Missing, "Content-Type must be application/json"));
    }

    /// <summary>A body of any declared type.</summary>
    public static async Task<IronJsonReader> ReadAnyTypeAsync(HttpContext http) =>
        RequestBody.Parse(await RequestBody.ReadAsync(http.Request, http.RequestAborted));

    /// <summary>The entries of a request that holds many.</summary>
    public static IReadOnlyList<IronJsonReader> Entries(IronJsonReader body, string name) => body.Objects(name, MaxEntries) switch
    {
        null => throw ApiException.Missing(name),
        [] => throw new ApiException($"{name} must have at least one entry"),
        var entries => entries,
    };

    private static bool IsJson(string? type) =>
        MediaTypeHeaderValue.TryParse(type, out var media)
        && (media.SubType.Equals("json", StringComparison.OrdinalIgnoreCase)
            || media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));
}
