using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Sqlite;

/// <summary>Files that an earlier version has written.</summary>
public sealed class SqliteMigrationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-upgrade-");

    private string File => Path.Combine(_folder.FullName, "hybrid.db");

    [StoreFact]
    public async Task Codes_from_before_there_were_zips_are_kept_with_their_revisions()
    {
        await RunAsync(
            [
                .. new EmbeddedSql("Sqlite").Migrations.Where(migration => migration.Number <= 2).Select(migration => migration.Text),
                "PRAGMA user_version = 2",
                "INSERT INTO users (id, name, created_at) VALUES ('u', 'ann', 1)",
                "INSERT INTO projects (id, user_id, name, created_at) VALUES ('p', 'u', 'jobs', 1)",
                "INSERT INTO codes VALUES ('c', 'p', 'hello', 1, 1, 1)",
                "INSERT INTO code_revisions VALUES ('c', 1, 'r', 'busybox', 'run', NULL, '{}', 0, 0, 0, 0, 60, 3, 1)",
            ]);

        await using (var services = SqliteFixture.Open(File))
        {
            await services.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);
            var codes = services.GetRequiredService<ICodeStore>();

            var code = await codes.FindByNameAsync("p", "hello", default);
            Assert.Equal(("c", "busybox", "run"), (code!.Id, code.Current.Image, code.Current.Command));
            Assert.Equal((null, null, false), (code.ArchivedAt, code.Current.Zip, code.Paused));
            var next = new CodeRevisionRecord { Id = "r2", Image = "newer", CreatedAt = DateTimeOffset.UnixEpoch };
            Assert.Equal(("c", 2), await codes.UploadAsync("p", "d", "hello", next, default) is var kept ? (kept.Id, kept.Current.Rev) : default);
        }

        var orphan = await Assert.ThrowsAsync<SqliteException>(() => RunAsync(
            ["INSERT INTO code_revisions SELECT 'nobody', rev, 'x', image, command, config, env_vars, retries, retries_delay, "
            + "default_priority, max_concurrency, lease_seconds, max_losses, created_at, '', '', '', 0, '', '', '', '', 0 FROM code_revisions"]));
        Assert.Contains("FOREIGN KEY", orphan.Message, StringComparison.Ordinal);
    }

    [StoreFact]
    public async Task Logs_from_before_their_streams_were_kept_are_all_standard_output()
    {
        await RunAsync(
            [
                .. new EmbeddedSql("Sqlite").Migrations.Where(migration => migration.Number <= 8).Select(migration => migration.Text),
                "PRAGMA user_version = 8",
                "INSERT INTO log_chunks (task_id, attempt, start, size, data) VALUES ('t', 1, 0, 3, X'4b4c4a0600')",
            ]);

        await using var services = SqliteFixture.Open(File);
        await services.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);
        var output = await services.GetRequiredService<ILogStore>().ReadOutputAsync(new TaskId("t"), 1, 0, default);

        Assert.Equal(("abc", 3), (Encoding.ASCII.GetString(output.Data), output.End));
    }

    [StoreFact]
    public async Task B12_Of_those_that_shared_a_name_the_oldest_keeps_it_and_the_others_get_their_id_behind_it()
    {
        await RunAsync(
            [
                .. new EmbeddedSql("Sqlite").Migrations.Where(migration => migration.Number <= 12).Select(migration => migration.Text),
                "PRAGMA user_version = 12",
                "INSERT INTO users (id, name, created_at) VALUES ('u3', 'ann', 3), ('u1', 'ann', 1), ('u2', 'ann', 2), ('u4', 'bob', 4)",
                "INSERT INTO clusters (id, user_id, name, memory, disk_space, cpu_share, max_timeout, created_at) VALUES "
                + "('c2', 'u1', 'site', 0, 0, 0, 0, 2), ('c1', 'u1', 'site', 0, 0, 0, 0, 1), ('c3', 'u4', 'site', 0, 0, 0, 0, 3)",
            ]);

        await using var services = SqliteFixture.Open(File);
        await services.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);

        var users = await services.GetRequiredService<IProjectStore>().ListUsersAsync(default);
        Assert.Equal(["u1 ann", "u2 ann (u2)", "u3 ann (u3)", "u4 bob"], users.Select(user => $"{user.Id} {user.Name}").Order());
        var clusters = services.GetRequiredService<IClusterStore>();
        Assert.Equal(
            ["site", "site (c2)", "site"],
            [(await clusters.FindAsync("c1", default))!.Name, (await clusters.FindAsync("c2", default))!.Name, (await clusters.FindAsync("c3", default))!.Name]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task RunAsync(IEnumerable<string> statements)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False;Foreign Keys=True");
        await connection.OpenAsync();
        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync();
        }
    }
}
