namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>
/// The rim of the door: whatever goes wrong inside, the caller learns that it is to come again and nothing else.
/// </summary>
internal sealed partial class DoorTrouble(ILogger<DoorTrouble> log)
{
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(5);

    /// <summary>What a call is answered with.</summary>
    public async Task<IResult> GuardAsync(HttpContext http, Func<HttpContext, Task<IResult>> call)
    {
        try
        {
            return await call(http);
        }
        catch (BadHttpRequestException ex)
        {
            return new Refusal("bad request", ex.StatusCode, new TroubleTelling("bad_request"));
        }
        catch (Exception ex) when (!http.RequestAborted.IsCancellationRequested)
        {
            Failed(ex);
            return Refusal.NotNow("unavailable", ComeAgain);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A call to the launcher could not be answered")]
    private partial void Failed(Exception trouble);
}
