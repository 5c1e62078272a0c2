using OrleansHybrid.Runner.Settings;

namespace OrleansHybrid.Runner.State;

/// <summary>
/// The folder in which one runner's session and unreported results outlive its process. It is locked while the runner
/// lives: a second runner with the same settings gets the next numbered folder beside it.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    private const int MostRunnersOnOneHost = 1000;

    private readonly FileStream _hold;

    private readonly string? _temporary;

    private StateFolder(string path, FileStream hold, string? temporary)
    {
        Path = path;
        this._hold = hold;
        this._temporary = temporary;
    }

    public string Path { get; }

    /// <summary>Files that others could read until this start.</summary>
    public IReadOnlyList<string> Narrowed { get; private init; } = [];

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
            throw new BadSettingException("STATE_DIR", $"must be a folder that this user may write: {ex.Message}");
        }
    }

    public string File(string name)
    {
        return System.IO.Path.Combine(Path, name);
    }

    public void Dispose()
    {
        _hold.Dispose();
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private static StateFolder Open(string root, string clusterId, string? temporary)
    {
        for (var number = 1; number <= MostRunnersOnOneHost; number++)
        {
            var path = System.IO.Path.Combine(root, $"{clusterId}-{number}");
            PrivateFile.CreateFolder(path);
            if (PrivateFile.TryHold(System.IO.Path.Combine(path, "lock")) is { } hold)
            {
                return new StateFolder(path, hold, temporary)
                {
                    Narrowed = [.. PrivateFile.Narrow(path), .. PrivateFile.Narrow(System.IO.Path.Combine(path, "zips"))],
                };
            }
        }

        throw new IOException($"all {MostRunnersOnOneHost} folders below {root} are in use");
    }
}
