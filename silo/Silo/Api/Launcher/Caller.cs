using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>An authenticated caller: its credential, how it authenticated, and its address.</summary>
internal sealed record Caller(CallerCredential Credential, Nonce? Nonce, bool IsLegacyForm, CallerAddress Origin);

/// <summary>Finds out who calls.</summary>
internal static class CallerIdentification
{
    private const string Bearer = "Bearer ";

    /// <summary>The caller; null, with the reason for the audit, where authentication fails.</summary>
    public static Caller? Identify(
        HttpRequest request, CallFields fields, byte[] body, Keyring keys, CallerAddress origin, DateTimeOffset now, out string reason)
    {
        var (inField, inHeader) = (fields["s"], request.Headers.Authorization);
        if (RequestSignature.IsPresent(request.Headers))
        {
            return inField is null && inHeader.Count == 0
                ? IdentifySigned(request, body, keys, origin, now, out reason)
                : Unidentified("mixed schemes", out reason);
        }

        if (inField is not null && inHeader.Count > 0)
        {
            return Unidentified("mixed schemes", out reason);
        }

        var sent = inField
            ?? (inHeader is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..] : null);
        reason = sent is null ? "no secret" : "wrong secret";
        return keys.FindBySecret(sent ?? "", now) is { } credential ? new Caller(credential, null, inField is not null, origin) : null;
    }

    private static Caller? IdentifySigned(
        HttpRequest request, byte[] body, Keyring keys, CallerAddress origin, DateTimeOffset now, out string reason)
    {
        if (RequestSignature.Parse(request.Headers) is not { } call)
        {
            return Unidentified("malformed signature", out reason);
        }

        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        reason = "wrong signature";
        if (keys.FindBySignature(call.KeyId, call.GetSignedText(request.Method, target, body), call.Signature, now) is not { } credential)
        {
            return null;
        }

        return call.IsWithinWindow(now)
            ? new Caller(credential, new Nonce(credential.Id, call.Nonce, now + (2 * RequestSignature.Window)), IsLegacyForm: false, origin)
            : Unidentified("stale time", out reason);
    }

    private static Caller? Unidentified(string why, out string reason)
    {
        reason = why;
        return null;
    }
}
