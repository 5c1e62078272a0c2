using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>Somebody who has shown who it is, how, and from where.</summary>
internal sealed record Caller(CallerCredential Credential, Nonce? Nonce, bool IsOriginalForm, LaunchOrigin Origin);

/// <summary>Finds out who calls.</summary>
internal static class CallerCheck
{
    private const string Bearer = "Bearer ";

    /// <summary>The caller; null, with the reason for the audit, where it is nobody's call.</summary>
    public static Caller? Identify(
        HttpRequest request, CallFields fields, byte[] body, Keyring keys, LaunchOrigin origin, DateTimeOffset now, out string reason)
    {
        var (inField, inHeader) = (fields["s"], request.Headers.Authorization);
        if (SignedCall.IsMeant(request.Headers))
        {
            return inField is null && inHeader.Count == 0
                ? Signed(request, body, keys, origin, now, out reason)
                : Nobody("mixed schemes", out reason);
        }

        if (inField is not null && inHeader.Count > 0)
        {
            return Nobody("mixed schemes", out reason);
        }

        var sent = inField
            ?? (inHeader is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..] : null);
        reason = sent is null ? "no secret" : "wrong secret";
        return keys.WhoSent(sent ?? "", now) is { } credential ? new Caller(credential, null, inField is not null, origin) : null;
    }

    private static Caller? Signed(
        HttpRequest request, byte[] body, Keyring keys, LaunchOrigin origin, DateTimeOffset now, out string reason)
    {
        if (SignedCall.Read(request.Headers) is not { } call)
        {
            return Nobody("malformed signature", out reason);
        }

        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        reason = "wrong signature";
        if (keys.WhoSigned(call.KeyId, call.Text(request.Method, target, body), call.Signature, now) is not { } credential)
        {
            return null;
        }

        return call.IsTimely(now)
            ? new Caller(credential, new Nonce(credential.Id, call.Nonce, now + (2 * SignedCall.Window)), IsOriginalForm: false, origin)
            : Nobody("stale time", out reason);
    }

    private static Caller? Nobody(string why, out string reason)
    {
        reason = why;
        return null;
    }
}
