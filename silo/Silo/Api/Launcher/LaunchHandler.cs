using System.Globalization;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Silo.Background;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>The calls of authenticated callers: launch, get, cancel.</summary>
internal sealed class LaunchHandler(CallAuthenticator authenticator, CallRateLimiter rateLimiter, IGrainFactory grains, ILaunchConsoleStore consoleStore, ConsoleStreamerFactory streamers, LaunchWakeSignal wakeSignal)
{
    private const int IdDigits = 24;

    /// <summary>
    /// Launches; returns the launch, or its text for callers in the nimbix-admin wrapper's form or that ask for text.
    /// </summary>
    public async Task<IResult> LaunchAsync(HttpContext http)
    {
        var entry = await authenticator.AuthenticateAsync(http);
        if (entry.Rejection is { } stranger)
        {
            return stranger;
        }

        var caller = entry.Caller!;
        var (request, wrong) = LaunchRequestParser.Parse(entry.Policy, caller, entry.Fields!);
        if (wrong is null && rateLimiter.AcquireLaunch(caller.Credential.Id, entry.Policy.Rates) is { } wait)
        {
            wrong = LauncherRejection.RateLimited("launches too often", wait);
        }

        if (wrong is not null)
        {
            // The nonce is used up before anything else is checked, so that the call can't be replayed.
            return authenticator.Reject(await UseNonceAsync(entry) ?? wrong, caller);
        }

        var answer = await GetLauncher(entry.Policy).Launch(request!);
        wakeSignal.Signal();
        return answer switch
        {
            { Launch: { } launch } => Accepted(http, entry, launch, answer.Outcome == LaunchOutcome.Accepted),

            // Another silo's policy may be a moment older or newer than this one's.
            { Outcome: LaunchOutcome.FieldRefused or LaunchOutcome.CredentialUnknown } =>
                authenticator.Reject(await UseNonceAsync(entry) ?? LauncherRejection.Of(answer), caller),
            _ => LauncherRejection.Of(answer),
        };
    }

    /// <summary>Shows a launch, or its console text from an offset on.</summary>
    public async Task<IResult> GetAsync(HttpContext http, string id)
    {
        var entry = await AuthenticateAsync(http);
        if (entry.Rejection is { } rejection)
        {
            return rejection;
        }

        var view = IsId(id) ? await GetLauncher(entry.Policy).Find(id) : null;
        if (view is null || view.CredentialId != entry.Caller!.Credential.Id)
        {
            return LauncherRejection.NotFound();
        }

        return entry.Fields!["text"] == "1" || Accepts(http.Request, "text/plain")
            ? await ReadConsoleAsync(view, entry, http.RequestAborted)
            : ApiResult.Of(LaunchResponse.Of(view), LaunchJsonContext.Default.LaunchResponse);
    }

    /// <summary>Cancels a launch.</summary>
    public async Task<IResult> CancelAsync(HttpContext http, string id)
    {
        var entry = await AuthenticateAsync(http);
        if (entry.Rejection is { } rejection)
        {
            return rejection;
        }

        var caller = entry.Caller!;
        var view = IsId(id) ? await GetLauncher(entry.Policy).Cancel(id, caller.Credential.Id, caller.Origin) : null;
        wakeSignal.Signal();
        return view is null ? LauncherRejection.NotFound() : ApiResult.Of(LaunchResponse.Of(view), LaunchJsonContext.Default.LaunchResponse);
    }

    private async Task<CallAuthenticationResult> AuthenticateAsync(HttpContext http)
    {
        var entry = await authenticator.AuthenticateAsync(http);
        return entry.Rejection is null && await UseNonceAsync(entry) is { } spent
            ? entry with { Rejection = authenticator.Reject(spent, entry.Caller!) }
            : entry;
    }

    // The number of a signed call that launches nothing is used up by itself.
    private async Task<LauncherRejection?> UseNonceAsync(CallAuthenticationResult entry) =>
        entry.Caller!.Nonce is not { } nonce || await GetLauncher(entry.Policy).UseNonce(nonce) ? null : LauncherRejection.Forbidden("nonce used");

    private async Task<IResult> ReadConsoleAsync(LaunchSnapshot view, CallAuthenticationResult entry, CancellationToken cancellationToken)
    {
        var fields = entry.Fields!;
        if (ParseNumber(fields["offset"] ?? "0") is not { } offset)
        {
            return authenticator.Reject(LauncherRejection.InvalidField("offset", "a number of bytes"), entry.Caller!);
        }

        if (ParseNumber(fields["attempt"] ?? $"{view.Attempt}") is not { } attempt || attempt < 1 || attempt > view.Attempt)
        {
            return authenticator.Reject(LauncherRejection.InvalidField("attempt", "a number from 1 to that of the launch"), entry.Caller!);
        }

        return new LaunchConsoleResult(view, (int)attempt, offset, await consoleStore.ReadAsync(view.Id, (int)attempt, offset, LaunchConsoleResult.MaxBytes, cancellationToken));
    }

    private IResult Accepted(HttpContext http, CallAuthenticationResult entry, LaunchSnapshot launch, bool isNew)
    {
        var wantsText = !Accepts(http.Request, "application/json")
            && ((entry.Caller!.IsLegacyForm && entry.Policy.Listener.StreamsConsole) || Accepts(http.Request, "text/plain"));
        return wantsText
            ? new ConsoleStreamResult(streamers, GetLauncher(entry.Policy), launch, entry.Caller!, entry.Policy.Listener.CancelOnDisconnect)
            : ApiResult.Of(
                LaunchResponse.Of(launch, duplicate: !isNew),
                LaunchJsonContext.Default.LaunchResponse,
                isNew ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    private INimbixLauncherControlGrain GetLauncher(LauncherPolicy policy) => grains.GetLauncher(policy.Account);

    private static bool Accepts(HttpRequest request, string type) =>
        request.Headers.Accept.Any(header => header?.Contains(type, StringComparison.OrdinalIgnoreCase) == true);

    private static bool IsId(string id) => id.Length == IdDigits && id.All(char.IsAsciiHexDigitLower);

    private static long? ParseNumber(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
