namespace OrleansHybrid.Silo.Api;

/// <summary>Answers requests that no endpoint is for, before anybody is asked for a credential: 404, or 405 for another method.</summary>
internal static class UnroutedRequests
{
    public static Task RejectAsync(HttpContext http, RequestDelegate next)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint is RouteEndpoint)
        {
            return next(http);
        }

        // All that is mapped has a route: routing itself makes other endpoints, to reject a request.
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return endpoint?.RequestDelegate?.Invoke(http) ?? Task.CompletedTask;
    }
}
