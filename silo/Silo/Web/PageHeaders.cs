namespace OrleansHybrid.Silo.Web;

/// <summary>Marks the endpoints of the web page: only our own files may be loaded, no framing, no caching, and an error is a page.</summary>
internal sealed class PageHeaders
{
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The mark.</summary>
    public static PageHeaders Metadata { get; } = new();

    /// <summary>True for an endpoint of the web page.</summary>
    public static bool AppliesTo(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<PageHeaders>() is not null;

    /// <summary>Adds what every page says of itself.</summary>
    public static void Add(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }
}
