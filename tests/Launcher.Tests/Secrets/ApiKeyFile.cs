namespace OrleansHybrid.Launcher.Tests.Secrets;

/// <summary>A file with a key, for its owner only, in a folder of its own.</summary>
internal sealed class ApiKeyFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public ApiKeyFile(string content) => Write(content);

    public string Folder { get; } = Directory.CreateTempSubdirectory("hybrid-key-").FullName;

    public string Path => In("key");

    public string In(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>Puts another content in its place, all at once.</summary>
    public void Write(string content, UnixFileMode mode = OwnerOnly)
    {
        File.WriteAllText(In("key.new"), content);
        File.SetUnixFileMode(In("key.new"), mode);
        File.Move(In("key.new"), Path, overwrite: true);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
