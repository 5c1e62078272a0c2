using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// The console text of a launch as it appears, to its end; what becomes of the launch when the caller goes, the policy
/// says.
/// </summary>
internal sealed class ConsoleStreamResult(
    ConsoleStreamerFactory streamers, INimbixLauncherControlGrain launcher, LaunchSnapshot launch, Caller caller, bool cancelOnDisconnect) : IResult
{
    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, gone) = (httpContext.Response, httpContext.RequestAborted);
        LaunchConsoleResult.WriteHeaders(response, launch.Id);
        try
        {
            await response.StartAsync(gone);
            await streamers.Create(launcher, launch).RunAsync(response.Body, gone, streamers.Stopping);
        }
        catch (Exception) when (gone.IsCancellationRequested)
        {
            if (cancelOnDisconnect)
            {
                await launcher.Cancel(launch.Id, caller.Credential.Id, caller.Origin);
            }
        }
    }
}
