using Orleans.Metadata;

namespace OrleansHybrid.Abstractions;

/// <summary>
/// The launcher of an account, as callers reach it who come through grains; keyed by <see cref="LauncherSignature.KeyOf"/>. There is no
/// address to be checked here, so every call is signed. A call names a commit and values; what is run, on what, and how much of
/// it, the policy alone says.
/// </summary>
/// <example><code>
/// var launcher = grains.GetGrain&lt;INimbixLauncherGrain&gt;(LauncherSignature.KeyOf(account));
/// var call = new SignedLaunch { CommitHash = "0f3c9d" }.SignedBy(account, keyId, secret, TimeProvider.System.GetUtcNow());
/// var result = await launcher.Launch(call);
/// </code></example>
[Alias("hybrid.launcher"), DefaultGrainType("nimbixlauncher")]
public interface INimbixLauncherGrain : IGrainWithStringKey
{
    /// <summary>Launches, or finds the launch that the same request began.</summary>
    [Alias("launch")]
    Task<LauncherResult> Launch(SignedLaunch call);

    /// <summary>A launch of the credential that signs.</summary>
    [Alias("find")]
    Task<LauncherResult> Find(SignedLaunchId call);

    /// <summary>Stops a launch of the credential that signs; does nothing to one that has ended.</summary>
    [Alias("cancel")]
    Task<LauncherResult> Cancel(SignedLaunchId call);
}
