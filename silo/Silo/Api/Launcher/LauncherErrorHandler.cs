namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// Handles exceptions of launcher endpoints: the caller gets a 503 without details.
/// </summary>
internal sealed partial class LauncherErrorHandler(ILogger<LauncherErrorHandler> log)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>The result of a call.</summary>
    public async Task<IResult> InvokeAsync(HttpContext http, Func<HttpContext, Task<IResult>> call)
    {
        try
        {
            return await call(http);
        }
        catch (BadHttpRequestException ex)
        {
            return new LauncherRejection("bad request", ex.StatusCode, new LaunchErrorResponse("bad_request"));
        }
        catch (Exception ex) when (!http.RequestAborted.IsCancellationRequested)
        {
            Failed(ex);
            return LauncherRejection.Unavailable("unavailable", RetryDelay);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Unhandled exception processing a launcher call")]
    private partial void Failed(Exception ex);
}
