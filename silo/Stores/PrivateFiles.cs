namespace OrleansHybrid.Stores;

/// <summary>Files that only their owner may read, whatever their folder and the umask.</summary>
public static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens a file; when that makes it, for its owner only.</summary>
    public static FileStream Open(
        string path, FileMode mode, FileShare share, int bufferSize = 4096, FileOptions options = FileOptions.None)
    {
        var settings = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
            BufferSize = bufferSize,
            Options = options,
        };
        if (!OperatingSystem.IsWindows())
        {
            settings.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, settings);
    }

    /// <summary>Restricts a file to its owner; returns the mode that it had, or null when it was restricted already.</summary>
    /// <exception cref="UnauthorizedAccessException">The file belongs to another user.</exception>
    public static UnixFileMode? RestrictToOwner(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
        {
            return null;
        }

        var before = File.GetUnixFileMode(path);
        if ((before & ~OwnerOnly & ~UnixFileMode.UserExecute) == UnixFileMode.None)
        {
            return null;
        }

        File.SetUnixFileMode(path, before & OwnerOnly);
        return before;
    }
}
