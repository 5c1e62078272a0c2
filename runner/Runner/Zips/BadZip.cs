using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Zips;

/// <summary>A zip that is not unpacked, here or anywhere: its bytes never change.</summary>
internal static class BadZip
{
    /// <summary>What this runner takes beside the rules that every zip is held to.</summary>
    public static ArchiveLimits Limits(long mostUnpacked) => new(mostUnpacked, "this runner's ZIP_UNPACKED_LIMIT");

    /// <summary>The words for it.</summary>
    public static SandboxException Because(string reason, Exception? cause = null) =>
        new($"The zip can't be unpacked: {reason}", passing: false, cause) { IsLasting = true };
}
