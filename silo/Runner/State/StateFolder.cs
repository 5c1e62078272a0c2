namespace OrleansHybrid.Runner.State;

/// <summary>
/// The folder in which one runner's session and unreported results outlive its process. It is locked while the runner
/// lives: a second runner with the same settings gets the next numbered folder beside it.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    private const int MaxRunnersPerHost = 1000;

    private readonly FileStream _lockFile;

    private readonly string? _temporary;

    private StateFolder(string path, FileStream lockFile, string? temporary)
    {
        Path = path;
        this._lockFile = lockFile;
        this._temporary = temporary;
    }

    public string Path { get; }

    /// <summary>Files that others could read until this start.</summary>
    public IReadOnlyList<string> RestrictedFiles { get; private init; } = [];

    /// <summary>
    /// Opens the first free folder for <paramref name="clusterId"/>. Without a root it is a fresh one that goes with the
    /// process.
    /// </summary>
    public static StateFolder Open(string? root, string clusterId)
    {
        var temporary = root is null ? Directory.CreateTempSubdirectory("hybrid-runner-").FullName : null;
        try
        {
            return Open(root ?? temporary!, clusterId, temporary);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException("STATE_DIR", $"must be a folder that this user may write: {ex.Message}");
        }
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        _lockFile.Dispose();
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private static StateFolder Open(string root, string clusterId, string? temporary)
    {
        for (var number = 1; number <= MaxRunnersPerHost; number++)
        {
            var path = System.IO.Path.Combine(root, $"{clusterId}-{number}");
            PrivateFile.CreateFolder(path);
            if (PrivateFile.TryLock(System.IO.Path.Combine(path, "lock")) is { } hold)
            {
                return new StateFolder(path, hold, temporary)
                {
                    RestrictedFiles = [.. PrivateFile.RestrictPermissions(path), .. PrivateFile.RestrictPermissions(System.IO.Path.Combine(path, "zips"))],
                };
            }
        }

        throw new IOException($"all {MaxRunnersPerHost} folders below {root} are in use");
    }
}
