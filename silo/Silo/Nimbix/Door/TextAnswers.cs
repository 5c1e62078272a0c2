using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;
using OrleansHybrid.Silo.Http.Launcher;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>
/// The console text of a launch as it appears, to its end; what becomes of the launch when the caller goes, the policy
/// says.
/// </summary>
internal sealed class TextStream(
    ConsoleCopies copies, INimbixLauncherControlGrain launcher, LaunchView launch, Caller caller, bool cancelsWithCaller) : IResult
{
    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, gone) = (httpContext.Response, httpContext.RequestAborted);
        LaunchText.Begin(response, launch.Id);
        try
        {
            await response.StartAsync(gone);
            await copies.Of(launcher, launch).RunAsync(response.Body, gone, copies.Leaving);
        }
        catch (Exception) when (gone.IsCancellationRequested)
        {
            if (cancelsWithCaller)
            {
                await launcher.Cancel(launch.Id, caller.Credential.Id, caller.Origin);
            }
        }
    }
}
