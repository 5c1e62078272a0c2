using OrleansHybrid.Abstractions;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Grain;

/// <summary>The calls of those who come through grains: each shows a signature, which is good once.</summary>
internal sealed partial class NimbixLauncherGrain
{
    // Grain calls carry no verified address.
    private static readonly CallerAddress ThroughGrains = new("grain client", "grain client");

    async Task<LauncherResult> INimbixLauncherGrain.Launch(SignedLaunch call)
    {
        if (call is not { CommitHash: not null, Parameters: not null } || call.Parameters.Any(pair => pair.Value is null)
            || await AuthenticateAsync("LAUNCH", call.Body(), call.Signature) is not { } caller)
        {
            return LauncherResultMapper.Rejected;
        }

        var launch = new AuthenticatedLaunch
        {
            CredentialId = caller.KeyId,
            CommitHash = call.CommitHash,
            Parameters = call.Parameters,
            IdempotencyKey = call.IdempotencyKey,
            Force = call.Force,
            Nonce = caller,
            Origin = ThroughGrains,
        };
        var (request, rejection) = LaunchRequestValidator.Validate(policy.Rules, launch, ids.NewMarker(), await store.NowAsync(CancellationToken.None));
        var wait = request is null ? null : policy.GetRetryAfter(caller.KeyId);
        if (request is not null && wait is null)
        {
            return LauncherResultMapper.Of(await DecideAsync(request));
        }

        // The nonce is used up before anything else is checked, so that the call can't be replayed.
        var reason = request is null ? $"{rejection!.Outcome}" : "launches too often";
        return !await TakeNonceAsync(caller, reason) ? LauncherResultMapper.Rejected
            : request is null ? LauncherResultMapper.Of(rejection!)
            : new LauncherResult { Error = "too_many_calls", RetryAfter = wait };
    }

    async Task<LauncherResult> INimbixLauncherGrain.Find(SignedLaunchId call)
    {
        if (call is not { LaunchId: not null } || await AuthenticateAsync("FIND", call.Body(), call.Signature) is not { } caller || !await TakeNonceAsync(caller))
        {
            return LauncherResultMapper.Rejected;
        }

        return LauncherResultMapper.Of(await Find(call.LaunchId) is { } found && found.CredentialId == caller.KeyId ? found : null);
    }

    async Task<LauncherResult> INimbixLauncherGrain.Cancel(SignedLaunchId call)
    {
        if (call is not { LaunchId: not null } || await AuthenticateAsync("CANCEL", call.Body(), call.Signature) is not { } caller || !await TakeNonceAsync(caller))
        {
            return LauncherResultMapper.Rejected;
        }

        return LauncherResultMapper.Of(await Cancel(call.LaunchId, caller.KeyId, ThroughGrains));
    }

    // The signer with the nonce to be used up; null, and audited, where no permitted credential signed.
    private async Task<Nonce?> AuthenticateAsync(string method, byte[] body, CallSignature? signature)
    {
        var now = await store.NowAsync(CancellationToken.None);
        var (credential, reason) = (default(string), "malformed signature");
        if (signature?.IsWellFormed() == true)
        {
            var target = LauncherSignature.KeyOf(_account);
            var text = LauncherSignature.Text(method, target, signature.Time, signature.Nonce, signature.KeyId, body);
            (credential, reason) = (policy.FindSigner(signature, text, now), "wrong signature");
            if (credential is not null && Math.Abs(now.ToUnixTimeSeconds() - signature.Time) <= (long)LauncherSignature.Window.TotalSeconds)
            {
                return new Nonce(credential, signature.Nonce, now + (2 * LauncherSignature.Window));
            }
        }

        policy.RecordRejectedCall(ThroughGrains, credential, credential is null ? reason : "stale time");
        return null;
    }

    // Uses up the number of a call that launches nothing, and notes why it did not, or that the number was used before.
    private async Task<bool> TakeNonceAsync(Nonce nonce, string? reason = null)
    {
        var taken = await UseNonce(nonce);
        if (!taken || reason is not null)
        {
            policy.RecordRejectedCall(ThroughGrains, nonce.KeyId, taken ? reason! : "nonce used");
        }

        return taken;
    }
}
