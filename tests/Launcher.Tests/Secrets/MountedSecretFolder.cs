using System.Diagnostics;

namespace OrleansHybrid.Launcher.Tests.Secrets;

/// <summary>
/// A folder of secrets as an orchestrator mounts it: the file is a link to a link, and that one is swapped. Where the key is named by one
/// more link from outside, nobody who watches the folder of that is told.
/// </summary>
internal sealed class MountedSecretFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-mount-").FullName;
    private int _versions;

    public MountedSecretFolder(string key, bool isTold)
    {
        var (inside, outside) = (In("mounted"), In("elsewhere"));
        Directory.CreateDirectory(inside);
        Directory.CreateDirectory(outside);
        File.CreateSymbolicLink(Path.Combine(inside, "key"), "..data/key");
        File.CreateSymbolicLink(Path.Combine(outside, "key"), Path.Combine(inside, "key"));
        Swap(key);
        Key = Path.Combine(isTold ? inside : outside, "key");
    }

    public string Key { get; }

    public void Swap(string key)
    {
        var version = $"..v{++_versions}";
        Directory.CreateDirectory(In($"mounted/{version}"));
        File.WriteAllText(In($"mounted/{version}/key"), key);
        File.SetUnixFileMode(In($"mounted/{version}/key"), UnixFileMode.UserRead);
        File.CreateSymbolicLink(In("mounted/..next"), version);
        Rename(In("mounted/..next"), In("mounted/..data"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);

    // What the runtime moves it follows first: a link to a folder is none of its files.
    private static void Rename(string from, string to)
    {
        using var move = Process.Start("mv", ["-T", from, to]);
        move.WaitForExit();
        Assert.Equal(0, move.ExitCode);
    }
}
