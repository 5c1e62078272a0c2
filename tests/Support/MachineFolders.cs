namespace OrleansHybrid.Support;

/// <summary>Folders of this machine.</summary>
public static class MachineFolders
{
    /// <summary>Where Linux keeps files in memory, usually.</summary>
    public const string InMemory = "/dev/shm";

    /// <summary>A new folder that nobody else may enter, in memory where that can be had.</summary>
    public static string CreateInMemory() => Directory.CreateDirectory(
        Path.Combine(Directory.Exists(InMemory) ? InMemory : Path.GetTempPath(), $"hybrid-test-{Guid.NewGuid():N}"),
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
}
