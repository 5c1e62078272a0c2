using System.Security.Cryptography;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests;

/// <summary>V8: what a silo keeps is its owner's alone, whatever folder it was given.</summary>
public sealed class DatabaseStartupServiceTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForAll = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-modes-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task V8_In_a_folder_for_all_every_file_is_private_and_what_others_could_read_is_narrowed_and_told_of()
    {
        _folder.UnixFileMode = ForAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var before = _folder.UnixFileMode;
        var key = Path.Combine(_folder.FullName, "server.key");
        await File.WriteAllTextAsync(key, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(key, ForAll);

        await using (var silo = await TestSilo.StartAsync(null, ("HYBRID_DATA", _folder.FullName)))
        {
            await (await silo.NewTenantAsync()).ReadyAsync();

            Assert.Contains(silo.Logs.All, line => line.Contains($"Restricted {key} to its owner", StringComparison.Ordinal));
            AssertPrivate("hybrid.db", "hybrid.db-shm", "hybrid.db-wal", "hybrid.db.lock", "server.key");
        }

        Assert.Equal(before, File.GetUnixFileMode(_folder.FullName));
    }

    [Fact(Timeout = 60_000)]
    public async Task V8_How_to_connect_is_private_also_where_it_was_not_before()
    {
        var file = Path.Combine(_folder.FullName, "connection.json");
        await File.WriteAllTextAsync(file, "{}");
        File.SetUnixFileMode(file, ForAll);

        await using var process = await StandaloneHost.StartAsync(
            SiloConfiguration.CreateFrom([new("HYBRID_DATA", _folder.FullName), new("HYBRID_URLS", "http://127.0.0.1:0")]), executesTasks: false, quiet: true);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        Assert.Contains(process.Connection.Token, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    private void AssertPrivate(params string[] names)
    {
        var files = _folder.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        Assert.Equal(names, files.Select(file => file.Name));
        Assert.All(files, file => Assert.Equal(OwnerOnly, file.UnixFileMode));
    }
}
