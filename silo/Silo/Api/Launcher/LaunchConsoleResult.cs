using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>A piece of a launch's console text from an offset on, and from where to ask on.</summary>
internal sealed class LaunchConsoleResult(LaunchSnapshot launch, int attempt, long offset, byte[] text) : IResult
{
    /// <summary>Most bytes of a piece.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Begins an answer of text.</summary>
    public static void WriteHeaders(HttpResponse response, string launchId)
    {
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers["X-Hybrid-Launch"] = launchId;
    }

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        WriteHeaders(response, launch.Id);
        response.Headers["X-Hybrid-Attempt"] = $"{attempt}";
        response.Headers["X-Hybrid-State"] = LaunchStateNames.Of(launch.Phase);
        response.Headers["X-Hybrid-Next-Offset"] = $"{offset + text.Length}";
        response.ContentLength = text.Length;
        return response.Body.WriteAsync(text, httpContext.RequestAborted).AsTask();
    }
}
