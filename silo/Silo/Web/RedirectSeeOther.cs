namespace OrleansHybrid.Silo.Web;

/// <summary>303: go on at another of our own paths, with a GET.</summary>
internal sealed class RedirectSeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = path;
        return Task.CompletedTask;
    }
}
