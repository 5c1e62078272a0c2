using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Web;

/// <summary>An error, as a page shows it.</summary>
public sealed record ErrorModel(int Status, string Message);

/// <summary>Results that are an error page.</summary>
internal static class ErrorPages
{
    private static readonly string[] ApiPrefixes = ["/2", "/runner", "/launcher"];

    public static IResult Create(int status, string message) =>
        new PageResult<ErrorPage, ErrorModel>(new ErrorModel(status, message), status);

    /// <summary>The response to an unhandled request: a page for a browser, the API's message for all other clients.</summary>
    public static Task WriteAsync(HttpContext http)
    {
        var (request, status) = (http.Request, http.Response.StatusCode);
        if (!HttpMethods.IsGet(request.Method)
            || ApiPrefixes.Any(api => request.Path.StartsWithSegments(api))
            || !request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return ApiResults.FromStatus(status).ExecuteAsync(http);
        }

        PageHeaders.Add(http.Response.Headers);
        return Create(status, status == StatusCodes.Status404NotFound ? "There is no such page." : ApiResults.DefaultMessage(status)).ExecuteAsync(http);
    }

    /// <summary>The page for an exception, whose details are for the log only.</summary>
    public static IResult FromException(Exception exception, int status) => exception switch
    {
        ApiException => Create(StatusCodes.Status400BadRequest, exception.Message),
        _ when status == StatusCodes.Status503ServiceUnavailable => Create(status, "A part of the control plane is not available: try again later."),
        _ => Create(status, ApiResults.DefaultMessage(status)),
    };

    /// <summary>404: there is no such thing, or the caller may not see it.</summary>
    public static IResult NotFound(string what) => Create(StatusCodes.Status404NotFound, $"{what} not found.");

    /// <summary>The same as an endpoint says it, to a browser or to a program.</summary>
    public static IResult NotFound(HttpContext http, string what) =>
        PageHeaders.AppliesTo(http.GetEndpoint()) ? NotFound(what) : ApiResults.NotFound(what);

    /// <summary>The page of a rejected command.</summary>
    public static IResult Rejected(DomainError error) => error.Kind == ErrorKind.NotFound
        ? NotFound("Task")
        : Create(StatusCodes.Status409Conflict, error.Message);
}
