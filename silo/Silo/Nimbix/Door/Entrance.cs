using System.Net;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>
/// What each call passes: address, who it is, how often. Only then is anything it asks for looked at, so
/// that a stranger learns nothing of what may be asked; and who is shut out not even whether its secret was right.
/// </summary>
internal sealed class Entrance(LivePolicy live, CallGate gate, RefusedCallBook book, TimeProvider time)
{
    /// <summary>Lets a call in, or says why not, which is noted then.</summary>
    public async Task<Entry> AdmitAsync(HttpContext http)
    {
        var peer = http.Connection.RemoteIpAddress ?? IPAddress.None;
        var (origin, address, refusal) = Judge(http.Request, peer, live.Current.Policy);
        var body = refusal is null ? await BodyAsync(http) : [];

        // From here to the end nothing is waited for: calls that come together can't all guess before the first is counted,
        // and the secrets can't be overwritten meanwhile.
        var loaded = live.Current;
        if (refusal is not null)
        {
            return Refused(refusal, origin, loaded.Policy);
        }

        var (fields, rates) = (CallFields.Of(http.Request.QueryString.Value, body, http.Request.ContentType), loaded.Policy.Rates);
        var caller = CallerCheck.Identify(http.Request, fields, body, loaded.Keys, origin, time.GetUtcNow(), out var reason);
        var wait = caller is null ? gate.Enter(address, rates) : gate.Enter(address, rates, caller.Credential.Id, caller.Nonce is not null);
        if (wait is { } tooLong)
        {
            return Refused(Refusal.TooOften("too often", tooLong), origin, loaded.Policy);
        }

        if (caller is null)
        {
            gate.Failed(address);
            return Refused(Refusal.Stranger(reason), origin, loaded.Policy);
        }

        gate.Succeeded(address);
        return new Entry(loaded.Policy, caller, fields, null);
    }

    /// <summary>Notes a refusal of a caller that was let in.</summary>
    public Refusal Refuse(Refusal refusal, Caller caller)
    {
        book.Note(caller.Origin, caller.Credential.Id, refusal.Reason);
        return refusal;
    }

    private static (LaunchOrigin Origin, IPAddress Address, Refusal? Refusal) Judge(HttpRequest request, IPAddress peer, LauncherPolicy policy)
    {
        var (near, address) = (AddressText.Normal(peer), policy.Callers.Origin(peer, request.Headers["X-Forwarded-For"]));
        var origin = new LaunchOrigin((address ?? near).ToString(), near.ToString());
        var refusal = address is null ? Refusal.Stranger("address not vouched for")
            : !policy.Callers.Admits(address) ? Refusal.Stranger("address")
            : !request.IsHttps && !policy.Door.AllowPlainHttp && !IPAddress.IsLoopback(near) ? Refusal.Stranger("plain HTTP")
            : null;
        return (origin, address ?? near, refusal);
    }

    private Entry Refused(Refusal refusal, LaunchOrigin origin, LauncherPolicy policy)
    {
        book.Note(origin, null, refusal.Reason);
        return new Entry(policy, null, null, refusal);
    }

    private static async Task<byte[]> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }
}

/// <summary>A call that was let in, with its caller and its fields; or the refusal.</summary>
internal sealed record Entry(LauncherPolicy Policy, Caller? Caller, CallFields? Fields, Refusal? Refusal);
