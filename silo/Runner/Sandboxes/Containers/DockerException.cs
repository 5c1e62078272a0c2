using System.Net;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>A Docker engine that refused, failed, fell silent or is not there.</summary>
/// <param name="message">The whole sentence, for people.</param>
/// <param name="reason">The engine's own words where it gave some, else the same sentence.</param>
/// <param name="status">The HTTP status of the engine's answer; null when there was none.</param>
/// <param name="isTransient">True when the same call may go through later without anybody changing the request.</param>
/// <param name="inner">The cause.</param>
internal sealed class DockerException(
    string message, string reason, HttpStatusCode? status, bool isTransient, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The engine's own words where it gave some, else the whole message.</summary>
    public string Reason { get; } = reason;

    /// <summary>The HTTP status of the engine's answer; null when there was none.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>True when the same call may go through later without anybody changing the request.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>A failed connection to an engine: transient, until the engine returns.</summary>
    public static DockerException Unreachable(string message, Exception? inner = null) =>
        new($"Docker: {message}", message, null, isTransient: true, inner);

    /// <summary>The error for an engine's answer to <paramref name="call"/>.</summary>
    public static DockerException Rejected(string call, HttpStatusCode status, string reason)
    {
        var passing = status is >= HttpStatusCode.InternalServerError
            or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
        return new DockerException($"Docker answered {(int)status} to {call}: {reason}", reason, status, passing);
    }
}
