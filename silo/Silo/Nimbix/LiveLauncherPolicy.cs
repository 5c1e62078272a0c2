using OrleansHybrid.AppDoor;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;
using OrleansHybrid.Silo.Nimbix.Door;
using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix;

/// <summary>The policy that holds now, with its secrets, rates and refused calls, for the launcher's grain on this silo.</summary>
internal sealed class LiveLauncherPolicy(LivePolicy live, CallGate gate, RefusedCallBook book) : ILauncherPolicy
{
    /// <inheritdoc />
    public LaunchRules Rules => live.Current.Policy.Rules;

    /// <inheritdoc />
    public string? WhoSigned(CallSignature signature, byte[] text, DateTimeOffset now) =>
        live.Current.Keys.WhoSigned(signature.KeyId, text, Convert.FromHexString(signature.Value), now)?.Id;

    /// <inheritdoc />
    public TimeSpan? WaitToLaunch(string credentialId) => gate.Launch(credentialId, live.Current.Policy.Rates);

    /// <inheritdoc />
    public void NoteRefused(LaunchOrigin origin, string? credentialId, string reason) => book.Note(origin, credentialId, reason);
}
