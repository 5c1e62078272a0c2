using System.Net;

namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>Reads an answer that is not a success.</summary>
internal static class ControlPlaneErrors
{
    private const int MaxMessageLength = 300;

    public static ControlPlaneException FromStatus(string verb, int status, string? message, TimeSpan? retryAfter)
    {
        var why = message is null ? "" : $" ({LineSanitizer.Sanitize(message, MaxMessageLength)})";
        return new ControlPlaneException($"{verb}: the control plane returned {status}{why}", KindOf((HttpStatusCode)status))
        {
            RetryAfter = retryAfter,
        };
    }

    private static ControlPlaneErrorKind KindOf(HttpStatusCode status)
    {
        return status switch
        {
            HttpStatusCode.Unauthorized => ControlPlaneErrorKind.InvalidCredential,
            HttpStatusCode.Conflict => ControlPlaneErrorKind.Stale,
            HttpStatusCode.BadRequest => ControlPlaneErrorKind.Rejected,
            HttpStatusCode.RequestEntityTooLarge => ControlPlaneErrorKind.Rejected,
            HttpStatusCode.UnprocessableEntity => ControlPlaneErrorKind.Rejected,

            // Redirects, 403, 404 and 407 come from proxies and half-done deployments as well: they can pass.
            _ => ControlPlaneErrorKind.Transient,
        };
    }
}
