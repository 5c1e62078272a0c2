using Orleans.Hybrid.Domain.Launching;
using Orleans.Hybrid.Grains.Launching;

namespace Orleans.Hybrid.Silo.Nimbix.Door;

/// <summary>Names of the headers of console text, and what all of it has in common.</summary>
internal static class TextHeaders
{
    public const string Launch = "X-Hybrid-Launch";
    public const string Attempt = "X-Hybrid-Attempt";
    public const string State = "X-Hybrid-State";
    public const string NextOffset = "X-Hybrid-Next-Offset";

    /// <summary>Begins an answer of text.</summary>
    public static void Begin(HttpResponse response, string launchId)
    {
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers[Launch] = launchId;
    }
}

/// <summary>A piece of console text from an offset on, and from where to ask on.</summary>
internal sealed class TextPiece(LaunchView launch, int attempt, long offset, byte[] text) : IResult
{
    /// <summary>Most bytes of a piece.</summary>
    public const int Most = 1 << 20;

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        TextHeaders.Begin(response, launch.Id);
        response.Headers[TextHeaders.Attempt] = $"{attempt}";
        response.Headers[TextHeaders.State] = LaunchTelling.StateOf(launch.Phase);
        response.Headers[TextHeaders.NextOffset] = $"{offset + text.Length}";
        response.ContentLength = text.Length;
        await response.Body.WriteAsync(text, httpContext.RequestAborted);
    }
}

/// <summary>
/// The console text of a launch as it appears, to its end; what becomes of the launch when the caller goes, the policy
/// says.
/// </summary>
internal sealed class TextStream(
    ConsoleCopies copies, INimbixLauncherGrain launcher, LaunchView launch, Caller caller, bool cancelsWithCaller) : IResult
{
    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, gone) = (httpContext.Response, httpContext.RequestAborted);
        TextHeaders.Begin(response, launch.Id);
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
