namespace OrleansHybrid.Silo.Api;

/// <summary>Answers requests that no endpoint is for, before anybody is asked for a credential: 404, or 405 for another method.</summary>
internal static class UnroutedRequests
{
    public static Task RejectAsync(HttpContext http, RequestDelegate next)
    {
        switch (http.GetEndpoint())
        {
            case RouteEndpoint:
                return next(http);

            // All that is mapped has a route: routing itself makes others, to reject a request.
            case { RequestDelegate: { } reject }:
                return reject(http);
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }
}
