using System.Net;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// Checks of each call: address, credential, rate. Only after that is the request read, so that an unauthenticated caller learns
/// nothing of valid requests; one that is locked out not even whether its secret was right.
/// </summary>
internal sealed class CallAuthenticator(PolicyMonitor monitor, CallRateLimiter rateLimiter, RejectedCallAuditor auditor, TimeProvider time)
{
    /// <summary>Lets a call in, or says why not, which is noted then.</summary>
    public async Task<CallAuthenticationResult> AuthenticateAsync(HttpContext http)
    {
        var peer = http.Connection.RemoteIpAddress ?? IPAddress.None;
        var (origin, address, rejection) = CheckAddress(http.Request, peer, monitor.Current.Policy);
        var body = rejection is null ? await ReadBodyAsync(http) : [];

        // From here to the end nothing is waited for: calls that come together can't all guess before the first is counted,
        // and the secrets can't be overwritten meanwhile.
        var loaded = monitor.Current;
        if (rejection is not null)
        {
            return Rejected(rejection, origin, loaded.Policy);
        }

        var (fields, rates) = (CallFields.Of(http.Request.QueryString.Value, body, http.Request.ContentType), loaded.Policy.Rates);
        var caller = CallerIdentification.Identify(http.Request, fields, body, loaded.Keys, origin, time.GetUtcNow(), out var reason);
        var wait = caller is null ? rateLimiter.AcquireCall(address, rates) : rateLimiter.AcquireCall(address, rates, caller.Credential.Id, caller.Nonce is not null);
        if (wait is { } tooLong)
        {
            return Rejected(LauncherRejection.RateLimited("too often", tooLong), origin, loaded.Policy);
        }

        if (caller is null)
        {
            rateLimiter.RecordFailure(address);
            return Rejected(LauncherRejection.Forbidden(reason), origin, loaded.Policy);
        }

        rateLimiter.RecordSuccess(address);
        return new CallAuthenticationResult(loaded.Policy, caller, fields, null);
    }

    /// <summary>Audits the rejection of an authenticated call.</summary>
    public LauncherRejection Reject(LauncherRejection rejection, Caller caller)
    {
        auditor.Record(caller.Origin, caller.Credential.Id, rejection.Reason);
        return rejection;
    }

    private static (CallerAddress Origin, IPAddress Address, LauncherRejection? Rejection) CheckAddress(HttpRequest request, IPAddress peer, LauncherPolicy policy)
    {
        var (near, address) = (IPAddressParser.Normalize(peer), policy.Callers.ResolveCallerAddress(peer, request.Headers["X-Forwarded-For"]));
        var origin = new CallerAddress((address ?? near).ToString(), near.ToString());
        var rejection = address is null ? LauncherRejection.Forbidden("address not vouched for")
            : !policy.Callers.IsAllowed(address) ? LauncherRejection.Forbidden("address")
            : !request.IsHttps && !policy.Listener.AllowPlainHttp && !IPAddress.IsLoopback(near) ? LauncherRejection.Forbidden("plain HTTP")
            : null;
        return (origin, address ?? near, rejection);
    }

    private CallAuthenticationResult Rejected(LauncherRejection rejection, CallerAddress origin, LauncherPolicy policy)
    {
        auditor.Record(origin, null, rejection.Reason);
        return new CallAuthenticationResult(policy, null, null, rejection);
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }
}

/// <summary>An authenticated call with its caller and its fields; or the rejection.</summary>
internal sealed record CallAuthenticationResult(LauncherPolicy Policy, Caller? Caller, CallFields? Fields, LauncherRejection? Rejection);
