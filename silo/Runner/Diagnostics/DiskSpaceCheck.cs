using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>How much room a folder's disk has.</summary>
internal static class DiskSpaceCheck
{
    private const long GiB = 1L << 30;
    private const long MinFreeBytes = GiB / 10;

    public static CheckResult Measure(string folder, string purpose, long wanted = 2 * GiB)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var words = $"{free / (double)GiB:0.0} GiB free for {purpose} at {folder}";
        return free switch
        {
            < MinFreeBytes => CheckResult.Fail($"{words}: make room"),
            _ when free < wanted => CheckResult.Warn($"{words}: {wanted / (double)GiB:0.0} GiB would be enough"),
            _ => CheckResult.Ok(words),
        };
    }

    /// <summary>The folder in which the session outlives the process: also whether this user may write there.</summary>
    public static Check ForState(RunnerOptions options) => new("state", _ => Task.FromResult(MeasureState(options)));

    private static CheckResult MeasureState(RunnerOptions options)
    {
        if (options.StateDirectory is not { } folder)
        {
            return CheckResult.Warn("STATE_DIR and HOME are not set: a restarted runner can't take over its leases");
        }

        try
        {
            PrivateFile.CreateFolder(folder);
            var probe = Path.Combine(folder, $"doctor-{Guid.NewGuid():N}");
            PrivateFile.Open(probe, FileMode.CreateNew, FileShare.None).Dispose();
            File.Delete(probe);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return CheckResult.Fail($"{folder} can't be written ({ex.Message}): give it to this user, or set STATE_DIR to another folder");
        }

        return Measure(folder, "session, results and zips", options.ZipCacheLimit + GiB);
    }
}
