using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Archives;

/// <summary>A zip that is not unpacked, here or anywhere: its bytes never change.</summary>
internal static class ZipErrors
{
    /// <summary>The limits of this runner beside the rules that hold for every zip.</summary>
    public static ArchiveLimits Limits(long maxUnpackedBytes) => new(maxUnpackedBytes, "this runner's ZIP_UNPACKED_LIMIT");

    /// <summary>The error for a zip that can't be unpacked.</summary>
    public static SandboxException CannotUnpack(string reason, Exception? cause = null) =>
        new($"The zip can't be unpacked: {reason}", isTransient: false, cause) { IsPermanent = true };
}
