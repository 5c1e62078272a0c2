using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Stores.Sqlite;
using OrleansHybrid.Stores.Tests.Databases;

namespace OrleansHybrid.Stores.Tests.Sqlite;

/// <summary>B12 and V8: what lies where our file should be, and who may read it.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForAll = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid file? ");

    private string File => Path.Combine(_folder.FullName, "hybrid.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory(Timeout = 30_000)]
    [InlineData("CREATE TABLE a (b)")]
    [InlineData("CREATE TABLE settings (name)")]
    [InlineData("CREATE TABLE settings (name); PRAGMA user_version = 12")]
    [InlineData("PRAGMA journal_mode = WAL; CREATE TABLE a (b); INSERT INTO a VALUES (1)")]
    [InlineData("CREATE VIEW v AS SELECT 1")]
    [InlineData("PRAGMA application_id = 7")]
    public async Task B12_Another_programs_database_is_refused_and_left_to_the_byte(string made)
    {
        await RunAsync(made);

        await RefusedAsync("database of another program");
    }

    [Fact(Timeout = 30_000)]
    public async Task B12_Another_programs_database_is_seen_in_a_log_that_a_crash_left_and_the_log_stays()
    {
        var living = Path.Combine(_folder.FullName, "living.db");
        await using (var connection = new SqliteConnection($"Data Source={living};Pooling=False"))
        {
            await connection.OpenAsync();
            await RunAsync(connection, "PRAGMA journal_mode = WAL; CREATE TABLE a (b)");
            System.IO.File.Copy(living, File);
            System.IO.File.Copy($"{living}-wal", $"{File}-wal");
        }

        System.IO.File.Delete(living);
        await RefusedAsync("database of another program");
    }

    [Fact(Timeout = 30_000)]
    public async Task B12_What_is_no_database_is_refused_and_left_to_the_byte()
    {
        await System.IO.File.WriteAllTextAsync(File, "these are the notes of somebody");
        await RefusedAsync("is no SQLite database");

        await System.IO.File.WriteAllBytesAsync(File, [.. "SQLite format 3\0"u8, .. new byte[2000]]);
        await RefusedAsync(File);

        System.IO.File.Delete(File);
        _folder.CreateSubdirectory("hybrid.db");
        await RefusedAsync("is a folder");
    }

    [Fact(Timeout = 30_000)]
    public async Task B12_A_database_of_a_newer_program_is_refused_and_left_to_the_byte()
    {
        await using (var services = SqliteFixture.Open(File))
        {
            await services.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);
        }

        await RunAsync("PRAGMA user_version = 999");

        await RefusedAsync("has schema 999");
    }

    [Fact(Timeout = 30_000)]
    public async Task B12_No_file_an_empty_one_and_our_own_are_good()
    {
        for (var start = 0; start < 3; start++)
        {
            if (start == 0)
            {
                SqliteFile.Check(File);
                Assert.Empty(_folder.GetFiles());
                await System.IO.File.WriteAllBytesAsync(File, []);
            }

            await using var services = SqliteFixture.Open(File);
            var setup = services.GetRequiredService<IDatabaseInitializer>();
            Assert.Equal(start > 0, await setup.IsInitializedAsync(default));
            await setup.MigrateAsync(default);
            Assert.True(await setup.IsInitializedAsync(default));
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData("PRAGMA application_id = 1330149730")]
    [InlineData("PRAGMA application_id = 0")]
    public async Task B12_A_database_of_before_the_first_release_is_refused_and_left_to_the_byte(string mark)
    {
        await using (var services = SqliteFixture.Open(File))
        {
            await services.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);
        }

        await RunAsync(mark);

        await RefusedAsync("was written before 0.1.0");
    }

    [Fact(Timeout = 30_000)]
    public async Task V8_The_files_are_their_owners_alone_in_a_folder_for_all()
    {
        _folder.UnixFileMode = ForAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

        await using var services = SqliteFixture.Open(File);
        await services.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);

        Assert.Equal(
            ["hybrid.db", "hybrid.db-shm", "hybrid.db-wal", "hybrid.db.lock"],
            _folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.All(_folder.GetFiles(), file => Assert.Equal(OwnerOnly, file.UnixFileMode));
    }

    [Fact(Timeout = 30_000)]
    public async Task V8_Files_that_others_could_read_are_narrowed_and_told_of()
    {
        await using (var first = SqliteFixture.Open(File))
        {
            await first.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);
        }

        System.IO.File.SetUnixFileMode(File, ForAll);
        var told = new CapturedLogs();
        await using var services = new ServiceCollection().AddSqliteStores(File)
            .AddLogging(logging => logging.AddProvider(told)).BuildServiceProvider();
        await services.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);

        Assert.All(_folder.GetFiles(), file => Assert.Equal(OwnerOnly, file.UnixFileMode));
        Assert.Contains(told.Lines, line => line.Contains(File, StringComparison.Ordinal) && line.Contains("to its owner", StringComparison.Ordinal));
    }

    /// <summary>Each way to the file refuses it, with a sentence; all files stay as they were, and none comes.</summary>
    private async Task RefusedAsync(string why)
    {
        var before = Files();
        var looked = Assert.Throws<InvalidOperationException>(() => SqliteFile.Check(File));
        Assert.Contains(why, looked.Message, StringComparison.Ordinal);
        await using (var services = SqliteFixture.Open(File))
        {
            Assert.Equal(
                looked.Message, Assert.Throws<InvalidOperationException>(services.GetRequiredService<IDatabaseInitializer>).Message);
        }

        Assert.Equal(before, Files());
    }

    private Dictionary<string, string> Files() => _folder.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).ToDictionary(
        file => file.Name, file => Convert.ToHexString(System.IO.File.ReadAllBytes(file.FullName)) + file.UnixFileMode);

    private async Task RunAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync();
        await RunAsync(connection, sql);
    }

    private static async Task RunAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The messages logged.</summary>
    private sealed class CapturedLogs : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
            {
                Lines.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
