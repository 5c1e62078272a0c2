using System.Net;

namespace OrleansHybrid.Runner.Link;

/// <summary>Reads an answer that is not a success.</summary>
internal static class Refusal
{
    private const int LongestText = 300;

    public static ControlPlaneException Of(string verb, int status, string? message, TimeSpan? retryAfter)
    {
        var why = message is null ? "" : $" ({PlainText.Of(message, LongestText)})";
        return new ControlPlaneException($"{verb}: the control plane answers {status}{why}", TroubleOf((HttpStatusCode)status))
        {
            RetryAfter = retryAfter,
        };
    }

    private static LinkTrouble TroubleOf(HttpStatusCode status)
    {
        return status switch
        {
            HttpStatusCode.Unauthorized => LinkTrouble.CredentialDead,
            HttpStatusCode.Conflict => LinkTrouble.Stale,
            HttpStatusCode.BadRequest => LinkTrouble.Refused,
            HttpStatusCode.RequestEntityTooLarge => LinkTrouble.Refused,
            HttpStatusCode.UnprocessableEntity => LinkTrouble.Refused,

            // Redirects, 403, 404 and 407 come from proxies and half-done deployments as well: they can pass.
            _ => LinkTrouble.Passing,
        };
    }
}
