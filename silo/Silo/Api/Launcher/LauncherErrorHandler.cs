namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// The rim of the door: whatever goes wrong inside, the caller learns that it is to come again and nothing else.
/// </summary>
internal sealed partial class LauncherErrorHandler(ILogger<LauncherErrorHandler> log)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>What a call is answered with.</summary>
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
    private partial void Failed(Exception trouble);
}
