using Microsoft.AspNetCore.Http.Features;

namespace OrleansHybrid.Silo.Api;

/// <summary>
/// The paths of the APIs need no escapes, no dot segments and no capitals; one that has them is suspect
/// and not found.
/// </summary>
internal static class CanonicalPath
{
    /// <summary>404 for any other path of the APIs.</summary>
    public static Task RequireAsync(HttpContext http, RequestDelegate next)
    {
        if (Is(http))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>True for a path that is spelt as it is meant, and for all paths outside of the APIs.</summary>
    private static bool Is(HttpContext http)
    {
        var path = http.Request.Path;
        if (!path.StartsWithSegments("/2") && !path.StartsWithSegments("/runner") && !path.StartsWithSegments("/launcher"))
        {
            return true;
        }

        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var spelt = PathOf(target);
        return spelt.SequenceEqual(path.Value) && !spelt.ContainsAnyInRange('A', 'Z');
    }

    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        var whole = query < 0 ? target : target[..query];

        // The absolute form, GET http://host:port/path, is what one published client sends.
        var scheme = whole.IndexOf("://");
        if (whole.StartsWith('/') || scheme < 0)
        {
            return whole;
        }

        var rest = whole[(scheme + 3)..];
        var slash = rest.IndexOf('/');
        return slash < 0 ? "/" : rest[slash..];
    }
}
