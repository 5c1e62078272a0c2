using System.Net;
using System.Text.Json;

namespace Orleans.Hybrid.Runner.Link;

/// <summary>Reads an answer that is not a success.</summary>
internal static class Refusal
{
    private const int LongestText = 300;

    public static ControlPlaneException Of(string verb, WireAnswer answer)
    {
        var text = $"{verb}: the control plane answers {answer.Status} {TextIn(answer.Body)}".TrimEnd();
        return new ControlPlaneException(text, TroubleOf((HttpStatusCode)answer.Status)) { RetryAfter = answer.RetryAfter };
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

    private static string TextIn(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return $"({PlainText.Of(json.RootElement.GetProperty("msg").GetString() ?? "", LongestText)})";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return "";
        }
    }
}
