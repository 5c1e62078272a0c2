using System.Globalization;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;
using OrleansHybrid.Silo.Http;
using OrleansHybrid.Silo.Http.Launcher;
using OrleansHybrid.Silo.Nimbix.Policy;
using OrleansHybrid.Silo.Sweeps;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>What callers that were let in can do: launch, look, cancel.</summary>
internal sealed class LaunchDesk(Entrance entrance, CallGate gate, IGrainFactory grains, ILaunchTexts texts, ConsoleCopies copies, LaunchAlarm alarm)
{
    private const int IdDigits = 24;

    /// <summary>
    /// Launches; answers with the launch, or with its text for who calls in the original's form or asks for text.
    /// </summary>
    public async Task<IResult> LaunchAsync(HttpContext http)
    {
        var entry = await entrance.AdmitAsync(http);
        if (entry.Refusal is { } stranger)
        {
            return stranger;
        }

        var caller = entry.Caller!;
        var (request, wrong) = LaunchForm.Read(entry.Policy, caller, entry.Fields!);
        if (wrong is null && gate.Launch(caller.Credential.Id, entry.Policy.Rates) is { } wait)
        {
            wrong = Refusal.TooOften("launches too often", wait);
        }

        if (wrong is not null)
        {
            // The number counts as used before anything else is said, so that nobody can send this call again.
            return entrance.Refuse(await SpentAsync(entry) ?? wrong, caller);
        }

        var answer = await LauncherOf(entry.Policy).Launch(request!);
        alarm.Ring();
        return answer switch
        {
            { Launch: { } launch } => Accepted(http, entry, launch, answer.Outcome == LaunchOutcome.Accepted),

            // Another silo's policy may be a moment older or newer than this one's.
            { Outcome: LaunchOutcome.FieldRefused or LaunchOutcome.CredentialUnknown } =>
                entrance.Refuse(await SpentAsync(entry) ?? Refusal.Of(answer), caller),
            _ => Refusal.Of(answer),
        };
    }

    /// <summary>Shows a launch, or its console text from an offset on.</summary>
    public async Task<IResult> LookAsync(HttpContext http, string id)
    {
        var entry = await EnterAsync(http);
        if (entry.Refusal is { } refusal)
        {
            return refusal;
        }

        var view = IsId(id) ? await LauncherOf(entry.Policy).Find(id) : null;
        if (view is null || view.CredentialId != entry.Caller!.Credential.Id)
        {
            return Refusal.Unknown();
        }

        return entry.Fields!["text"] == "1" || Accepts(http.Request, "text/plain")
            ? await ReadAsync(view, entry, http.RequestAborted)
            : JsonAnswer.Of(LaunchTelling.Of(view), DoorJson.Default.LaunchTelling);
    }

    /// <summary>Orders a launch to stop.</summary>
    public async Task<IResult> CancelAsync(HttpContext http, string id)
    {
        var entry = await EnterAsync(http);
        if (entry.Refusal is { } refusal)
        {
            return refusal;
        }

        var caller = entry.Caller!;
        var view = IsId(id) ? await LauncherOf(entry.Policy).Cancel(id, caller.Credential.Id, caller.Origin) : null;
        alarm.Ring();
        return view is null ? Refusal.Unknown() : JsonAnswer.Of(LaunchTelling.Of(view), DoorJson.Default.LaunchTelling);
    }

    private async Task<Entry> EnterAsync(HttpContext http)
    {
        var entry = await entrance.AdmitAsync(http);
        return entry.Refusal is null && await SpentAsync(entry) is { } spent
            ? entry with { Refusal = entrance.Refuse(spent, entry.Caller!) }
            : entry;
    }

    // The number of a signed call that launches nothing is used up by itself.
    private async Task<Refusal?> SpentAsync(Entry entry) =>
        entry.Caller!.Nonce is not { } nonce || await LauncherOf(entry.Policy).UseNonce(nonce) ? null : Refusal.Stranger("nonce used");

    private async Task<IResult> ReadAsync(LaunchView view, Entry entry, CancellationToken cancellationToken)
    {
        var fields = entry.Fields!;
        if (Number(fields["offset"] ?? "0") is not { } offset)
        {
            return entrance.Refuse(Refusal.Field("offset", "a number of bytes"), entry.Caller!);
        }

        if (Number(fields["attempt"] ?? $"{view.Attempt}") is not { } attempt || attempt < 1 || attempt > view.Attempt)
        {
            return entrance.Refuse(Refusal.Field("attempt", "a number from 1 to that of the launch"), entry.Caller!);
        }

        return new LaunchText(view, (int)attempt, offset, await texts.ReadAsync(view.Id, (int)attempt, offset, LaunchText.Most, cancellationToken));
    }

    private IResult Accepted(HttpContext http, Entry entry, LaunchView launch, bool isNew)
    {
        var wantsText = !Accepts(http.Request, "application/json")
            && ((entry.Caller!.IsOriginalForm && entry.Policy.Door.Streams) || Accepts(http.Request, "text/plain"));
        return wantsText
            ? new TextStream(copies, LauncherOf(entry.Policy), launch, entry.Caller!, entry.Policy.Door.CancelsWithCaller)
            : JsonAnswer.Of(
                LaunchTelling.Of(launch, duplicate: !isNew),
                DoorJson.Default.LaunchTelling,
                isNew ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    private INimbixLauncherControlGrain LauncherOf(LauncherPolicy policy) => grains.GetLauncher(policy.Account);

    private static bool Accepts(HttpRequest request, string type) =>
        request.Headers.Accept.Any(header => header?.Contains(type, StringComparison.OrdinalIgnoreCase) == true);

    private static bool IsId(string id) => id.Length == IdDigits && id.All(char.IsAsciiHexDigitLower);

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
