namespace OrleansHybrid.Runner.State;

/// <summary>Files and folders that only this user may read.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    /// <summary>Restricts a folder's files to their owner, as an older version or a person may have left them open; returns those changed.</summary>
    public static IReadOnlyList<string> RestrictPermissions(string folder)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder))
        {
            return [];
        }

        var wide = new DirectoryInfo(folder).EnumerateFiles()
            .Where(file => file.LinkTarget is null && (file.UnixFileMode & ~OwnerOnly & ~UnixFileMode.UserExecute) != UnixFileMode.None)
            .ToList();
        foreach (var file in wide)
        {
            file.UnixFileMode &= OwnerOnly;
        }

        return [.. wide.Select(file => file.FullName)];
    }

    /// <summary>Locks a file until it is closed; null while another process has the lock.</summary>
    public static FileStream? TryLock(string path)
    {
        try
        {
            return Open(path, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Replaces the file in one step: a crash leaves the old content or the new, never a part.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var draft = path + ".new";

        // One that a crash left behind would keep the rights that it has.
        File.Delete(draft);
        using (var file = Open(draft, FileMode.Create, FileShare.None))
        {
            file.Write(content);
        }

        File.Move(draft, path, overwrite: true);
    }
}
