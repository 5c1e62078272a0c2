using OrleansHybrid.Abstractions;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Grain;

/// <summary>The launcher's policy as its silo holds it. A silo that has none hosts no launcher.</summary>
public interface ILauncherPolicy
{
    /// <summary>The current policy.</summary>
    LaunchRules Rules { get; }

    /// <summary>The credential, of those that may sign now, whose signature of the text this is; null when it is of none.</summary>
    string? FindSigner(CallSignature signature, byte[] text, DateTimeOffset now);

    /// <summary>How long a launch with this credential has to wait; null when it may be asked for now.</summary>
    TimeSpan? GetRetryAfter(string credentialId);

    /// <summary>Counts a rejected call for the audit.</summary>
    void RecordRejectedCall(CallerAddress origin, string? credentialId, string reason);
}
